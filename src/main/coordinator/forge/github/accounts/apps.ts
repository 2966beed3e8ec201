/** A GitHub App: where it is installed, with which permissions, and the tokens of its installations. */
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Auth } from '../api/caller.ts';
import type { GitHubClient } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import { appKey, appToken } from './app-token.ts';

export interface InstallationToken {
  readonly token: string;
  /** Epoch ms: an hour after it was made. */
  readonly expiresAt: number;
}

export interface Installation {
  readonly id: number;
  /** Whose repositories it is for: `acme`. */
  readonly owner: string;
  readonly permissions: Readonly<Record<string, string>>;
}

/** How the App itself is asked; a failure when its key is none. */
export function appAuth(
  appId: string,
  privateKey: string,
  now: () => number,
): Result<Auth, GitHubProblem> {
  const key: Result<KeyObject, string> = appKey(privateKey);
  if (!key.ok) return fail(problem('invalid', key.error));
  return ok({
    token: () => Promise.resolve(ok(appToken(appId, key.value, now()))),
    renew: () => Promise.resolve(false),
  });
}

const Installed = z.object({
  id: z.int(),
  account: z.object({ login: z.string() }).nullish(),
  permissions: z.record(z.string(), z.string()).catch({}),
  suspended_at: z.string().nullish(),
});

/** Where the App is installed, and what it is called. @param client of the App itself @param only this installation */
export async function readApp(
  client: GitHubClient,
  only: number | undefined,
): Promise<Result<{ slug: string; installations: Installation[] }, GitHubProblem>> {
  const app = await client.rest('GET /app', {}, { isFresh: true });
  if (!app.ok) return app;
  const slug = z.object({ slug: z.string() }).safeParse(app.value.data).data?.slug ?? 'app';
  const found = await client.rest('GET /app/installations', { per_page: 100 }, { isFresh: true });
  if (!found.ok) return found;
  const all = z.array(Installed).safeParse(found.value.data).data ?? [];
  const some = all.filter(({ id }) => only === undefined || id === only);
  const installations = some
    .filter(({ suspended_at }) => typeof suspended_at !== 'string')
    .map(({ id, account, permissions }) => ({
      id,
      owner: account?.login ?? `installation ${id}`,
      permissions,
    }));
  if (installations.length > 0) return ok({ slug, installations });
  const why =
    some.length > 0
      ? 'is suspended'
      : only === undefined
        ? 'is installed nowhere'
        : `has no installation ${only}`;
  const where = `${client.host.web}/apps/${slug}`;
  return fail(
    problem('not_found', `the App ${slug} ${why}. Install it where the repositories are: ${where}`),
  );
}

/** @param client of the App itself */
export async function makeInstallationToken(
  client: GitHubClient,
  installationId: number,
): Promise<Result<InstallationToken, GitHubProblem>> {
  const route = 'POST /app/installations/{installation_id}/access_tokens';
  const made = await client.rest(
    route,
    { installation_id: installationId },
    { marker: 'any of them will do', isUrgent: true },
  );
  if (!made.ok) {
    const { code } = made.error;
    const isGone = code === 'not_found' || code === 'gone' || code === 'forbidden';
    // For what waits it is the same as a token that was revoked.
    if (!isGone) return made;
    const message = `the App's installation ${installationId} at ${client.host.name} was removed or suspended. Install it again, then sign in: koubou github sign-in --host ${client.host.name} --app ID --key FILE`;
    return fail(problem('unauthorized', message));
  }
  const Made = z.object({ token: z.string(), expires_at: z.iso.datetime({ offset: true }) });
  const given = Made.safeParse(made.value.data).data;
  if (!given) {
    const message = `${client.host.name} made a token for the App, but not as GitHub does. Try again`;
    return fail(problem('not_github', message));
  }
  return ok({ token: given.token, expiresAt: Date.parse(given.expires_at) });
}
