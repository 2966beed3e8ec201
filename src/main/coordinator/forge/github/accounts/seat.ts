/** One account at work: its token, its limits and its client. Opens its secret when it is first asked for something. */
import type { Clock } from '../../../../../shared/clock.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubCache } from '../api/cache.ts';
import type { Auth } from '../api/caller.ts';
import { createClient } from '../api/client.ts';
import type { GitHubHost } from '../api/hosts.ts';
import { createLimits, type Limits } from '../api/limits.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { appAuth, makeInstallationToken } from './apps.ts';
import { createAuth } from './auth.ts';
import { tokenOfGh, type Environment } from './gh-cli.ts';
import type { Secret } from './kept.ts';
import { refreshToken } from './oauth.ts';

export interface SeatDeps {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly env: Environment;
  readonly userAgent: string;
  readonly cache: GitHubCache;
  /** Aborted when the coordinator ends. */
  readonly signal: AbortSignal;
}

export interface SeatOf {
  readonly id: string;
  readonly host: GitHubHost;
  readonly open: () => Promise<Result<Secret, string>>;
  readonly keep: (secret: Secret) => Promise<void>;
  readonly login: () => string | null;
  /** Why it is not worth asking; `null`: it is. */
  readonly barred: () => GitHubProblem | null;
  readonly onOutcome: (problem: GitHubProblem | null, url: string) => void;
}

export interface Seat {
  readonly client: GitHubClient;
  /** For git. */
  readonly auth: Auth;
  /** Somebody signed in again: what is kept is another secret now. */
  reset(): void;
  close(): void;
}

export function openSeat(of: SeatOf, deps: SeatDeps): Seat {
  const { host, barred } = of;
  const { clock, env, signal } = deps;
  const limits = createLimits(clock, host.name);
  const inner = createAuth({
    ...of,
    clock,
    askGh: async () => await tokenOfGh(host.name, env, clock),
    refresh: async ({ clientId, refreshToken: old }) =>
      await refreshToken(clientId, old ?? '', { ...deps, host, signal }),
    makeInstallationToken: async ({ appId, privateKey, installationId }) => {
      const app = openApp({ appId, privateKey }, host, deps);
      if (!app.ok) return app;
      try {
        return await makeInstallationToken(app.value.client, installationId);
      } finally {
        app.value.close();
      }
    },
  });
  const auth: Auth = {
    async token() {
      const why = barred();
      return why ? fail(why) : await inner.token();
    },
    renew: inner.renew,
  };
  const client = createClient({ ...deps, ...of, accountId: of.id, auth, limits });
  return { client, auth, reset: inner.reset, close: () => limits.close() };
}

/** The App itself, which lists where it is installed and makes tokens for that. */
export function openApp(
  { appId, privateKey }: { readonly appId: string; readonly privateKey: string },
  host: GitHubHost,
  deps: SeatDeps,
): Result<{ client: GitHubClient; close(): void }, GitHubProblem> {
  const auth = appAuth(appId, privateKey, deps.clock.now);
  if (!auth.ok) return auth;
  const limits: Limits = createLimits(deps.clock, host.name);
  const about = { auth: auth.value, limits, host, accountId: `app-${appId}` };
  const quiet = { login: () => `App ${appId}`, onOutcome: () => {} };
  const client = createClient({ ...deps, ...about, ...quiet });
  return ok({ client, close: () => limits.close() });
}
