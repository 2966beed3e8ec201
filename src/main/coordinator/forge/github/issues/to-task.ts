/** What a task takes from an issue of GitHub. Pure: the same issue gives the same task, and the same hash. */
import { createHash } from 'node:crypto';
import type { Origin } from '../../../../../shared/domain/origin.ts';
import type { Remark } from '../../../../../shared/import/remark.ts';
import { cleanLine } from '../../../../../shared/text.ts';
import type { Issue } from '../../port.ts';
import { askedByLabels, askedByText, together } from './asked.ts';
import { bodyOf, type IssueWords } from './body.ts';
import { dependenciesIn, MOST_BLOCKERS, type Home } from './dependencies.ts';
import { SHAPELESS, withoutComments } from './hidden.ts';

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
  /** The address that led here from where it was before; `null`: it is still there. */
  readonly movedFrom: string | null;
}

const MOST_LABELS = 50;

/** The issues whose state decides whether it can begin; asked for before `issueOf`. */
export function waitsFor({ body, home, origin, relations, isOfMember }: GivenIssue): Origin[] {
  const { rest } = askedByText(body, isOfMember);
  const all = [...relations, ...dependenciesIn(withoutComments(rest), home, origin)];
  const others = new Map(all.map((one) => [one.url, one]));
  others.delete(origin.url);
  return [...others.values()].slice(0, MOST_BLOCKERS);
}

/** How the issues stand that others wait for, by address. */
export interface States {
  readonly open: ReadonlySet<string>;
  /** Deleted, or not to be seen by this account. */
  readonly unseen: ReadonlySet<string>;
}

export function issueOf(given: GivenIssue, { open, unseen }: States): Issue {
  const { origin, kind, repo, state, author, updatedAt } = given;
  const { asked, rest } = askedByText(given.body, given.isOfMember);
  const first = given.labels.slice(0, MOST_LABELS).map((label) => cleanLine(label, 100));
  const labels = first.filter((label) => label !== '');
  const { remarks, ...wanted } = together(asked, askedByLabels(labels));
  const { text, remarks: cuts } = bodyOf({ ...given, body: rest });
  // Not the labels themselves: some of them tell how the task stands, and would change what it was made from.
  const taken = {
    title: titleOf(given.title) || origin.ref,
    // Whoever works on it finds the issue.
    body: `${origin.url}\n\n${text}`.trimEnd(),
    ...wanted,
  };
  const waits = waitsFor(given);
  return {
    ...{ origin, kind, repo },
    ...taken,
    labels,
    blockers: waits.filter(({ url }) => open.has(url)),
    source: { state, author, hash: hashOf(taken), updatedAt, labels },
    remarks: [
      ...movedRemark(given),
      ...remarks,
      ...cuts,
      ...unseenRemark(waits.filter(({ url }) => unseen.has(url))),
    ],
  };
}

/** One line that says what it seems to say: what has no shape, or turns letters around, is taken out. */
function titleOf(title: string): string {
  return cleanLine(title.replaceAll(SHAPELESS, ''), 500);
}

function movedRemark({ movedFrom, origin }: GivenIssue): Remark[] {
  return movedFrom === null
    ? []
    : [{ code: 'moved', from: cleanLine(movedFrom, 300), to: origin.ref }];
}

function unseenRemark(unseen: readonly Origin[]): Remark[] {
  if (unseen.length === 0) return [];
  return [{ code: 'unseen', refs: unseen.map(({ ref }) => ref) }];
}

function hashOf(taken: { readonly localOnly: boolean }): string {
  // Left out where it says nothing, as before it could be asked for: what was read then is not read anew.
  const said = { ...taken, localOnly: taken.localOnly || undefined };
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
}
