/** Asks GitHub who a token belongs to and what it may do: one request, and for a fine-grained token a few that only read. */
import { z } from 'zod';
import type { GitHubAccount, RightState } from '../../../../../shared/contract-github.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubClient } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import { rightsOfProbes, rightsOfScopes } from './rights.ts';

export interface Identity {
  readonly login: string;
  /** `null`: the token has permissions, not scopes. */
  readonly scopes: string[] | null;
  readonly rights: RightState[];
  /** Epoch ms; `null`: GitHub names no end. */
  readonly expiresAt: number | null;
}

const PATIENT = { isFresh: true, patienceMs: 10_000, isUrgent: true } as const;
const User = z.object({ login: z.string().min(1) });
const Repos = z.array(z.object({ name: z.string(), owner: z.object({ login: z.string() }) }));

export async function identify(client: GitHubClient): Promise<Result<Identity, GitHubProblem>> {
  const answer = await client.rest('GET /user', {}, PATIENT);
  if (!answer.ok) return answer;
  const { data, headers } = answer.value;
  const user = User.safeParse(data).data;
  if (!user) {
    const message = `${client.host.web} answers, but does not say who this is. Check that it is the address of a GitHub`;
    return fail(problem('not_github', message));
  }
  const given = headers.get('x-oauth-scopes');
  const expiresAt = dateOf(headers.get('github-authentication-token-expiration'));
  if (given !== null) {
    const scopes = given
      .split(',')
      .map((scope) => scope.trim())
      .filter((scope) => scope !== '');
    return ok({ login: user.login, scopes, rights: rightsOfScopes(scopes), expiresAt });
  }
  const tried = await tryReading(client);
  return ok({ login: user.login, scopes: null, rights: rightsOfProbes(tried), expiresAt });
}

/** What kind of token it is, where the sign-in does not say. */
export function kindOfToken({ scopes }: Identity): GitHubAccount['kind'] {
  return scopes === null ? 'fine_grained' : 'classic';
}

/** Looks at the repository that was pushed to last, if there is any. */
async function tryReading(client: GitHubClient): Promise<Record<string, boolean>> {
  const found = await client.rest('GET /user/repos', { per_page: 1, sort: 'pushed' }, PATIENT);
  const [first] = (found.ok ? Repos.safeParse(found.value.data).data : undefined) ?? [];
  if (!first) return {};
  const at = { owner: first.owner.login, repo: first.name, per_page: 1 };
  const probes = await Promise.all([
    client.rest('GET /repos/{owner}/{repo}/branches', at, PATIENT),
    client.rest('GET /repos/{owner}/{repo}/issues', at, PATIENT),
    client.rest('GET /repos/{owner}/{repo}/pulls', at, PATIENT),
    client.rest(
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      { ...at, ref: 'HEAD' },
      PATIENT,
    ),
  ]);
  const names = ['contents', 'issues', 'pull_requests', 'checks'];
  return Object.fromEntries(
    probes.flatMap((probe, n) => {
      const isRefused = !probe.ok && probe.error.code === 'forbidden';
      // Issues switched off, no commits yet: that says nothing about the token.
      return probe.ok || isRefused ? [[names[n] ?? '', probe.ok] as const] : [];
    }),
  );
}

/** `2026-12-24 08:00:00 UTC`, or with an offset. */
function dateOf(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text.replace(/ UTC$/, 'Z').replace(' ', 'T'));
  return Number.isNaN(at) ? null : at;
}
