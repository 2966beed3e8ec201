/** What follows GitHub, put together with what makes tasks. */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { createTask, enginesOf } from './api/orders.ts';
import type { Conditions } from './conditions.ts';
import type { GitHub } from './forge/github/github-forge.ts';
import type { Pulls } from './forge/github/pulls/pulls.ts';
import { startSync, type Sync } from './forge/github/sync/sync.ts';
import type { Forge } from './forge/port.ts';
import type { ModelSupply } from './gateway/models/port.ts';
import type { Journal } from './journal/port.ts';
import { createLimiter } from './lan/limiter.ts';
import type { Keychain } from './secrets/secret-keeper.ts';
import type { WorkshopSettings } from './settings/settings.ts';

export interface OpenSyncDeps {
  readonly dataDir: string;
  readonly keychain: Keychain | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly settings: WorkshopSettings;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly conditions: Conditions;
  readonly forge: Pick<Forge, 'inspect'>;
  readonly github: Pick<GitHub, 'accounts' | 'cache'>;
  readonly pulls: Pick<Pulls, 'follow'>;
}

/** Wrong signatures from one address in a minute, before it is not listened to. */
const MOST_WRONG = 60;

export function openSync(deps: OpenSyncDeps): Sync {
  const { journal, forge, settings, supply, conditions, github, pulls, dataDir, clock } = deps;
  return startSync({
    ...deps,
    ...github,
    settings: () => settings.current().github,
    create: async (task, receipt) => {
      const engines = enginesOf(settings);
      return await createTask(journal, forge, task, { actor: 'forge', receipt, supply, engines });
    },
    follow: async (ids) => await pulls.follow(ids),
    tell(trouble) {
      if (trouble === null) conditions.clear('github_sync');
      else conditions.set('github_sync', trouble);
    },
    dir: path.join(dataDir, 'github'),
    limiter: createLimiter(MOST_WRONG, clock),
  });
}
