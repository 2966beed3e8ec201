/** What attempts have of git, put together: the gateway, who may do what there, and its step with the journal. */
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { createFence } from './fleet/stale.ts';
import type { Environment } from './forge/git.ts';
import type { Forge } from './forge/port.ts';
import { createGitGateway, type GitGateway } from './gateway/git-http.ts';
import { grantsOf } from './git-grants.ts';
import type { Journal } from './journal/port.ts';
import { startPushGuard } from './push-guard.ts';

export interface GitAccessDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'mirrorPath' | 'keptWork' | 'dropWork'>;
  /** The data folder's `secret`. */
  readonly secret: string;
  /** The key of a repository's mirror, from its URL. */
  readonly repoKey: (url: string) => string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Logger;
}

export function openGitAccess(deps: GitAccessDeps): Pick<GitGateway, 'handle' | 'close'> {
  const { journal, secret, log } = deps;
  const authorize = grantsOf(journal, secret);
  const gateway = createGitGateway({ ...deps, authorize, onRefused: createFence(journal, log) });
  const guard = startPushGuard({ ...deps, gateway });
  return {
    handle: gateway.handle,
    async close() {
      await gateway.close();
      await guard.close();
    },
  };
}
