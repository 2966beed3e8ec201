/** The repositories that accounts see, by a part of their name: the last pushed to first, account after account. */
import { z } from 'zod';
import type { GitHubRepository } from '../../../../../shared/contract-github-issues.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Accounts } from '../accounts/port.ts';
import type { GitHubClient, RouteData } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';

export interface RepositoryPage {
  readonly repositories: GitHubRepository[];
  readonly nextCursor: string | null;
}

type Seen = Pick<Accounts, 'list' | 'clients'>;

/** Answered at once; who wants more asks with the cursor. */
const ENOUGH = 100;
/** Pages looked through for a name before somebody is told what there is so far. */
const MOST_PAGES = 5;

export async function findRepositories(
  { q, cursor }: { readonly q: string; readonly cursor?: string | undefined },
  accounts: Seen,
): Promise<Result<RepositoryPage, GitHubProblem>> {
  const clients = accounts.clients();
  const start = startOf(cursor, clients);
  if (!start) return fail(problem('invalid', 'cursor: is not one that this API gave'));
  const wanted = q.trim().toLowerCase();
  const found = new Map<string, GitHubRepository>();
  let failure: GitHubProblem | null = null;
  if (cursor === undefined) for (const one of await named(wanted, clients)) found.set(one.url, one);
  let { at, page } = start;
  for (let asked = 0; asked < MOST_PAGES && found.size < ENOUGH; asked++) {
    const client = clients[at];
    if (!client) break;
    const some = await pageOf(client, page, kindOf(accounts, client));
    if (some.ok) {
      for (const one of some.value.repositories)
        if (one.name.toLowerCase().includes(wanted)) found.set(one.url, one);
    } else {
      failure ??= some.error;
    }
    const isLast = !some.ok || some.value.isLast;
    at += isLast ? 1 : 0;
    page = isLast ? 1 : page + 1;
  }
  if (found.size === 0 && failure) return fail(failure);
  const next = clients[at];
  const nextCursor = next ? `${next.accountId}:${page}` : null;
  return ok({ repositories: [...found.values()], nextCursor });
}

/** By the account, not by its place in the list: others may sign in meanwhile. */
function startOf(
  cursor: string | undefined,
  clients: readonly GitHubClient[],
): { at: number; page: number } | null {
  if (cursor === undefined) return { at: 0, page: 1 };
  const [, id, page] = /^([\w-]{1,100}):(\d{1,6})$/.exec(cursor) ?? [];
  const at = clients.findIndex(({ accountId }) => accountId === id);
  return at < 0 || page === undefined ? null : { at, page: Number(page) };
}

/** One that is typed whole need not be the account's own. */
async function named(q: string, clients: readonly GitHubClient[]): Promise<GitHubRepository[]> {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(q) ?? [];
  if (owner === undefined || repo === undefined) return [];
  const all = await Promise.all(
    clients.map(async (client) => {
      const there = await client.rest('GET /repos/{owner}/{repo}', { owner, repo });
      return there.ok ? [repositoryOf(client, Listed.parse(there.value.data))] : [];
    }),
  );
  return all.flat();
}

function kindOf(accounts: Seen, { accountId }: GitHubClient): string | undefined {
  return accounts.list().find(({ id }) => id === accountId)?.kind;
}

interface Page {
  readonly repositories: GitHubRepository[];
  readonly isLast: boolean;
}

async function pageOf(
  client: GitHubClient,
  page: number,
  kind: string | undefined,
): Promise<Result<Page, GitHubProblem>> {
  const asked = { per_page: 100, page };
  const options = { isUrgent: true };
  const answer =
    kind === 'app'
      ? await client.rest('GET /installation/repositories', asked, options)
      : await client.rest('GET /user/repos', { ...asked, sort: 'pushed' }, options);
  if (!answer.ok) return answer;
  const { data, nextPage } = answer.value;
  const list: RouteData<'GET /user/repos'> = 'repositories' in data ? data.repositories : data;
  const repositories = list.map((one) => repositoryOf(client, Listed.parse(one)));
  return ok({ repositories, isLast: nextPage === null });
}

const Listed = z.object({
  full_name: z.string(),
  private: z.boolean(),
  open_issues_count: z.int().default(0),
  pushed_at: z.string().nullish(),
});

function repositoryOf({ host }: GitHubClient, one: z.infer<typeof Listed>): GitHubRepository {
  return {
    host: host.name,
    name: one.full_name,
    url: `${host.web}/${one.full_name}`,
    isPrivate: one.private,
    openIssues: one.open_issues_count,
    pushedAt: one.pushed_at ? Date.parse(one.pushed_at) : null,
  };
}
