/** Reads how pull requests stand: those that are asked for in one turn with one request per account. Writes nothing. */
import { z } from 'zod';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubClient, GraphqlError } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import type { At } from './deps.ts';
import { PULL_FIELDS, PullNode, sightingOf, type Sighting } from './sighting.ts';

/** GitHub answers larger ones, but not quickly. */
const MOST_AT_ONCE = 25;

export interface Follower {
  /** `not_found`: it is gone, or the account does not see it any more. */
  look(at: At, number: number): Promise<Result<Sighting, GitHubProblem>>;
}

type Answer = Result<Sighting, GitHubProblem>;

interface Asked {
  readonly at: At;
  readonly number: number;
  answer(answer: Answer): void;
  crash(error: unknown): void;
}

const Repository = z
  .object({ nameWithOwner: z.string(), pullRequest: PullNode.nullish() })
  .nullish();
const Repositories = z.record(z.string(), Repository);

export function createFollower(endOfTurn: (run: () => void) => void): Follower {
  const waiting = new Map<GitHubClient, Asked[]>();

  function flush(client: GitHubClient): void {
    const all = waiting.get(client) ?? [];
    waiting.delete(client);
    for (let i = 0; i < all.length; i += MOST_AT_ONCE) {
      const some = all.slice(i, i + MOST_AT_ONCE);
      ask(client, some).catch((error: unknown) => {
        for (const { crash } of some) crash(error);
      });
    }
  }

  return {
    look: (at, number) =>
      new Promise<Answer>((answer, crash) => {
        const asked = { at, number, answer, crash };
        const others = waiting.get(at.client);
        if (others) others.push(asked);
        else {
          waiting.set(at.client, [asked]);
          endOfTurn(() => flush(at.client));
        }
      }),
  };
}

async function ask(client: GitHubClient, all: readonly Asked[]): Promise<void> {
  const variables: Record<string, unknown> = {};
  for (const [i, { at, number }] of all.entries()) {
    variables[`o${i}`] = at.place.owner;
    variables[`r${i}`] = at.place.repo;
    variables[`n${i}`] = number;
  }
  const answer = await client.graphql(queryFor(all.length), variables, Repositories, {
    isUrgent: true,
  });
  await Promise.all(
    all.map(async (one, i) => {
      if (!answer.ok) return one.answer(answer);
      const { data, errors } = answer.value;
      one.answer(
        await sighted(
          one,
          data[`p${i}`],
          errors.filter(({ path }) => path[0] === `p${i}`),
        ),
      );
    }),
  );
}

function queryFor(count: number): string {
  const each = Array.from({ length: count }, (_, i) => i);
  const declared = each.map((i) => `$o${i}: String!, $r${i}: String!, $n${i}: Int!`).join(', ');
  const parts = each.map(
    (i) =>
      `p${i}: repository(owner: $o${i}, name: $r${i}) { nameWithOwner pullRequest(number: $n${i}) { ...PullFields } }`,
  );
  return `query PullRequests(${declared}) {\n${parts.join('\n')}\n}\n${PULL_FIELDS}`;
}

async function sighted(
  { at, number }: Asked,
  found: z.infer<typeof Repository>,
  errors: readonly GraphqlError[],
): Promise<Answer> {
  const node = found?.pullRequest;
  if (!found || !node) {
    const [error] = errors;
    const what = `${at.place.owner}/${at.place.repo}#${number}`;
    if (error && error.type !== 'NOT_FOUND')
      return fail(problem('forbidden', `${what} cannot be read: ${error.message}`));
    return fail(
      problem(
        'not_found',
        `${what} is not to be seen by this account any more: it was deleted, or is private`,
      ),
    );
  }
  const endedBy = node.state === 'CLOSED' ? await closedBy(at, number) : null;
  return ok(sightingOf(node, found.nameWithOwner, endedBy));
}

async function closedBy({ client, place }: At, number: number): Promise<string | null> {
  const { owner, repo } = place;
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
  const issue = await client.rest(route, { owner, repo, issue_number: number });
  return issue.ok ? (issue.value.data.closed_by?.login ?? null) : null;
}
