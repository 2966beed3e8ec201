/** What attempts and self-tests have of git, put together: the gateway, who may do what there, and its step with the journal. */
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { AttemptId } from '../../shared/ids.ts';
import { openSelfTestRepo, SELF_TEST_KEY, type SelfTestRepo } from './fleet/self-test-repo.ts';
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
  /** The data folder, and its `secret`. */
  readonly dataDir: string;
  readonly secret: string;
  /** The key of a repository's mirror, from its URL. */
  readonly repoKey: (url: string) => string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface GitAccess extends Pick<GitGateway, 'handle' | 'close'> {
  readonly selfTestRepo: SelfTestRepo;
}

/** Of a name that anybody may have made up. */
const LONGEST_USER = 64;

export function openGitAccess(deps: GitAccessDeps): GitAccess {
  const { journal, secret, forge, log } = deps;
  const selfTestRepo = openSelfTestRepo(deps);
  const attempts = grantsOf(journal, secret);
  const fence = createFence(journal, log);
  const gateway = createGitGateway({
    ...deps,
    forge: {
      mirrorPath: (key) => (key === SELF_TEST_KEY ? selfTestRepo.dir : forge.mirrorPath(key)),
    },
    authorize: (user, token) => selfTestRepo.grantOf(user, token) ?? attempts(user, token),
    onRefused(user, what, why) {
      const by = user.slice(0, LONGEST_USER);
      log.warn({ user: by, what }, `the gateway refused a request of git: ${why}`);
      const attempt = AttemptId.safeParse(user);
      if (attempt.success) fence(attempt.data, what);
    },
  });
  const guard = startPushGuard({ ...deps, gateway });
  return {
    selfTestRepo,
    handle: gateway.handle,
    async close() {
      await gateway.close();
      await guard.close();
    },
  };
}
