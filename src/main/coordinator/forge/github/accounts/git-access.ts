/** What git is given for an address, and what is done when it was refused with that. */
import type { GitHubAccount } from '../../../../../shared/contract-github.ts';
import type { Result } from '../../../../../shared/result.ts';
import type { Credentials } from '../../credentials.ts';
import { placeOf, repoName } from '../api/hosts.ts';
import type { Moved } from '../api/moved.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { gitConfigOf } from './git-config.ts';
import type { Seat } from './seat.ts';

export interface GitAccessDeps {
  readonly moved: Moved;
  find(host: string, repo: string): Promise<Result<GitHubAccount, GitHubProblem>>;
  seatOf(id: string): Seat;
  /** That account does not see the repository. */
  forget(host: string, repo: string): void;
}

export function gitAccess({ moved, find, seatOf, forget }: GitAccessDeps): Credentials {
  /** The token that git was given last for an address, to tell whether there is another one by now. */
  const given = new Map<string, string>();

  async function tokenFor(url: string): Promise<{ token: string; account: GitHubAccount } | null> {
    const place = placeOf(url);
    const account = place && (await find(place.host, repoName(place)));
    // An address of another scheme or port is another server.
    if (!account?.ok || URL.parse(url)?.origin !== account.value.url) return null;
    const token = await seatOf(account.value.id).auth.token();
    return token.ok ? { token: token.value, account: account.value } : null;
  }

  return {
    async gitEnv(url) {
      const place = placeOf(url);
      const found = await tokenFor(url);
      if (!found || !place) return null;
      const { token, account } = found;
      given.set(account.id, token);
      return gitConfigOf({ origin: account.url, token, url, movedTo: moved.get(place) });
    },
    async gitRefused(url) {
      const place = placeOf(url);
      const found = await tokenFor(url);
      if (!found || !place) return false;
      const { account } = found;
      const { owner, repo } = place;
      const before = given.get(account.id);
      const { client } = seatOf(account.id);
      // Also finds out whether the token is taken at all, and renews it where that can be done.
      const answer = await client.rest(
        'GET /repos/{owner}/{repo}',
        { owner, repo },
        { isFresh: true },
      );
      if (!answer.ok && answer.error.code === 'not_found') forget(place.host, repoName(place));
      const now = await tokenFor(url);
      if (!now) return false;
      const isMoved = answer.ok && answer.value.movedTo !== null;
      return isMoved || now.account.id !== account.id || now.token !== before;
    },
  };
}
