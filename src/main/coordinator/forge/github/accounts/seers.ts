/** Which of several accounts sees a repository, and best may push there: asked once, then remembered. */
import type { GitHubAccount } from '../../../../../shared/contract-github.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubCache } from '../api/cache.ts';
import type { GitHubClient } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';

export interface Seers {
  /** @param repo `acme/shop`; `undefined`: any account will do */
  choose(
    accounts: readonly GitHubAccount[],
    repo: string | undefined,
  ): Promise<Result<GitHubAccount, GitHubProblem>>;
  /** It does not see it any more, or somebody else may see it now. */
  forget(host: string, repo: string): void;
  forgetAll(host: string): void;
}

const SPACE = 'seers';

export function createSeers(cache: GitHubCache, clientOf: (id: string) => GitHubClient): Seers {
  return {
    async choose(accounts, repo) {
      const [first] = accounts;
      if (!first) return fail(problem('not_signed_in', 'nobody is signed in'));
      if (repo === undefined || accounts.length === 1) return ok(first);
      const key = keyOf(first.host, repo);
      const known = accounts.find(({ id }) => id === cache.get(SPACE, key));
      if (known) return ok(known);
      const found = await look(accounts, repo, clientOf);
      if (found.ok) cache.set(SPACE, key, found.value.id);
      return found;
    },
    forget: (host, repo) => cache.delete(SPACE, keyOf(host, repo)),
    forgetAll(host) {
      for (const [key] of cache.entries(SPACE))
        if (key.startsWith(`${host}/`)) cache.delete(SPACE, key);
    },
  };
}

async function look(
  accounts: readonly GitHubAccount[],
  repo: string,
  clientOf: (id: string) => GitHubClient,
): Promise<Result<GitHubAccount, GitHubProblem>> {
  const [owner = '', name = ''] = repo.split('/');
  let sees: GitHubAccount | undefined;
  let refusal: GitHubProblem | undefined;
  for (const account of accounts) {
    const route = 'GET /repos/{owner}/{repo}';
    const answer = await clientOf(account.id).rest(route, { owner, repo: name });
    if (answer.ok) {
      // An App is installed for the repositories of one owner.
      const isAtHome = account.login.toLowerCase().endsWith(` at ${owner.toLowerCase()}`);
      if (isAtHome || answer.value.data.permissions?.push === true) return ok(account);
      sees ??= account;
    } else {
      refusal ??= answer.error;
    }
  }
  if (sees) return ok(sees);
  return fail(refusal ?? problem('not_found', `no account sees ${repo}`));
}

function keyOf(host: string, repo: string): string {
  return `${host}/${repo.toLowerCase()}`;
}
