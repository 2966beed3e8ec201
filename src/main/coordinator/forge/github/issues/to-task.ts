/** What a task takes from an issue of GitHub. Pure: the same issue gives the same task, and the same hash. */
import { createHash } from 'node:crypto';
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { cleanLine } from '../../../../../shared/text.ts';
import type { Issue } from '../../port.ts';
import { askedByLabels, askedByText, together } from './asked.ts';
import { bodyOf, type IssueWords } from './body.ts';
import { dependenciesIn, MOST_BLOCKERS, type Home } from './dependencies.ts';

/** An issue or pull request as GitHub gave it. */
export interface GivenIssue extends IssueWords {
  readonly origin: Origin;
  readonly kind: 'issue' | 'pull_request';
  readonly home: Home;
  /** What git clones. */
  readonly repo: string;
  readonly title: string;
  readonly labels: readonly string[];
  readonly author: string | null;
  /** Whether its author may write to the repository. */
  readonly isOfMember: boolean;
  readonly state: 'open' | 'closed';
  /** Epoch ms. */
  readonly updatedAt: number;
  /** What GitHub itself has noted as its blockers and sub-issues. */
  readonly relations: readonly Origin[];
}

const MOST_LABELS = 50;

/** The issues whose state decides whether it can begin; asked for before `issueOf`. */
export function waitsFor({ body, home, origin, relations, isOfMember }: GivenIssue): Origin[] {
  const { rest } = askedByText(body, isOfMember);
  const all = [...relations, ...dependenciesIn(rest, home, origin)];
  const others = new Map(all.map((one) => [one.url, one]));
  others.delete(origin.url);
  return [...others.values()].slice(0, MOST_BLOCKERS);
}

/** @param open which of the issues that it waits for are open, by address */
export function issueOf(given: GivenIssue, open: ReadonlySet<string>): Issue {
  const { origin, kind, repo, state, author, updatedAt } = given;
  const { asked, rest } = askedByText(given.body, given.isOfMember);
  const labels = given.labels.slice(0, MOST_LABELS).map((label) => cleanLine(label, 100));
  const { remarks, ...wanted } = together(asked, askedByLabels(labels));
  const { text, remarks: cuts } = bodyOf({ ...given, body: rest });
  const taken = {
    title: cleanLine(given.title, 500) || origin.ref,
    // Whoever works on it finds the issue.
    body: `${origin.url}\n\n${text}`.trimEnd(),
    labels: labels.filter((label) => label !== ''),
    ...wanted,
  };
  return {
    ...{ origin, kind, repo },
    ...taken,
    blockers: waitsFor(given).filter(({ url }) => open.has(url)),
    source: { state, author, hash: hashOf(taken), updatedAt },
    remarks: [...remarks, ...cuts],
  };
}

function hashOf(taken: object): string {
  return createHash('sha256').update(JSON.stringify(taken)).digest('hex').slice(0, 32);
}
