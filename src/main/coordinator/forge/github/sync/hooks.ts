/** Sets a webhook up at a repository, where the account may: found by its address first, so that there is one however often. */
import type { OutputOf } from '../../../../../shared/contract.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Accounts } from '../accounts/port.ts';
import { repoName, type RepoPlace } from '../api/hosts.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import type { GitHubClient } from '../api/port.ts';
import { HOOK_EVENTS } from './event.ts';
import type { HookSecret } from './hook-secret.ts';
import { HOOK_PATH } from './webhook.ts';

export interface HookDeps {
  readonly accounts: Pick<Accounts, 'clientFor'>;
  readonly secret: Pick<HookSecret, 'ensure'>;
}

type Installed = OutputOf<'github.hook_install'>;

/** @param address where GitHub reaches this workshop, with or without the path */
export async function installHook(
  place: RepoPlace,
  address: string,
  { accounts, secret }: HookDeps,
): Promise<Result<Installed, GitHubProblem>> {
  const client = await accounts.clientFor(place.host, repoName(place));
  if (!client.ok) return client;
  const kept = await secret.ensure();
  if (!kept.ok) return fail(problem('invalid', kept.error));
  const { owner, repo } = place;
  const url = withPath(address);
  const found = await hookAt(client.value, place, url);
  if (!found.ok) return found;
  const config = { url, content_type: 'json', secret: kept.value.secret, insecure_ssl: '0' };
  const order = { owner, repo, active: true, events: [...HOOK_EVENTS], config };
  const made =
    found.value === null
      ? await client.value.rest('POST /repos/{owner}/{repo}/hooks', order)
      : await client.value.rest('PATCH /repos/{owner}/{repo}/hooks/{hook_id}', {
          ...order,
          hook_id: found.value,
        });
  if (!made.ok) return made;
  const state = found.value === null ? 'made' : 'put_right';
  return ok({ repo: `${owner}/${repo}`, url, id: made.value.data.id, state });
}

function withPath(address: string): string {
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = HOOK_PATH;
  return url.href;
}

async function hookAt(
  client: GitHubClient,
  { owner, repo }: RepoPlace,
  url: string,
): Promise<Result<number | null, GitHubProblem>> {
  const route = 'GET /repos/{owner}/{repo}/hooks';
  let answer = await client.rest(route, { owner, repo, per_page: 100 });
  while (answer.ok) {
    const hook = answer.value.data.find(({ config }) => config.url === url);
    if (hook) return ok(hook.id);
    const { nextPage } = answer.value;
    if (nextPage === null) return ok(null);
    answer = await client.page(route, nextPage);
  }
  return answer;
}
