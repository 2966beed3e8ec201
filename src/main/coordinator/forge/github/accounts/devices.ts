/** Sign-ins with a code that a person types at GitHub, while they wait; in memory only. */
import { randomUUID } from 'node:crypto';
import type { DeviceStatus, GitHubAccount } from '../../../../../shared/contract-github.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubHost } from '../api/hosts.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { askForCode, waitForToken, type Fresh, type OauthDeps } from './oauth.ts';

export interface Devices {
  /** Asks for a code; `adopt` is called with the token when it was typed. */
  begin(
    host: GitHubHost,
    clientId: string,
    adopt: (fresh: Fresh) => Promise<Result<GitHubAccount, GitHubProblem>>,
  ): Promise<Result<DeviceStatus, GitHubProblem>>;
  status(id: string): DeviceStatus | undefined;
  /** Resolves when none waits any more; ends them when the signal is aborted. */
  settled(): Promise<void>;
}

/** What became of a code is told for so many. */
const MOST = 50;

export function createDevices(deps: Omit<OauthDeps, 'host'>): Devices {
  const known = new Map<string, DeviceStatus>();
  const waiting = new Set<Promise<void>>();
  const set = (status: DeviceStatus): DeviceStatus => {
    known.set(status.id, status);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return status;
  };
  return {
    async begin(host, clientId, adopt) {
      const at = { ...deps, host };
      const code = await askForCode(clientId, at);
      if (!code.ok) return code;
      const { userCode, verificationUrl, expiresAt } = code.value;
      const began = { id: randomUUID(), host: host.name, userCode, verificationUrl, expiresAt };
      const follow = async (): Promise<void> => {
        const given = await waitForToken(clientId, code.value, at);
        const account = given.ok ? await adopt(given.value) : given;
        if (account.ok) set({ ...began, state: 'done', message: null, account: account.value });
        else set({ ...began, state: 'failed', message: account.error.message, account: null });
      };
      const status = set({ ...began, state: 'waiting', message: null, account: null });
      const end = follow().catch((error: unknown) => {
        const message = `the sign-in could not be kept: ${error instanceof Error ? error.message : String(error)}`;
        set({ ...began, state: 'failed', message, account: null });
      });
      waiting.add(end);
      void end.finally(() => waiting.delete(end));
      return ok(status);
    },
    status: (id) => known.get(id),
    settled: async () => void (await Promise.all(waiting)),
  };
}
