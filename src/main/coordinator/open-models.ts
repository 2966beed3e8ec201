/** What stands between engines and models, put together: accounts and their sign-ins, limits, the proxy and what it records. */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../../shared/settings.ts';
import type { Conditions } from './conditions.ts';
import { createFence } from './fleet/stale.ts';
import { createAdmission } from './gateway/limits/admission.ts';
import type { Load } from './gateway/limits/bucket.ts';
import { createBudgets } from './gateway/limits/budgets.ts';
import { spentBefore } from './gateway/limits/spent-before.ts';
import { modelGrantsOf, type GrantModels } from './gateway/models/grants.ts';
import { guardCalls } from './gateway/models/guard.ts';
import { authorizerOf } from './gateway/models/keys.ts';
import { openModelLists } from './gateway/models/lists.ts';
import type { Admission, ModelSupply } from './gateway/models/port.ts';
import { costMicros } from '../../shared/model-prices.ts';
import { createModelProxy, type ModelProxy } from './gateway/models/proxy.ts';
import { createRecorder } from './gateway/models/recorder.ts';
import { openUpstream } from './gateway/models/upstream.ts';
import {
  openAccounts,
  type ModelAccounts,
  type OpenAccountsDeps,
} from './gateway/sessions/open-accounts.ts';
import { createSupply } from './gateway/supply.ts';
import type { Journal } from './journal/port.ts';
import type { WorkshopSettings } from './settings/settings.ts';

export interface OpenModelsDeps extends Omit<OpenAccountsDeps, 'tell'> {
  readonly journal: Journal;
  /** The data folder's `secret`. */
  readonly secret: string;
  readonly settings: WorkshopSettings;
  readonly conditions: Conditions;
  readonly log: Logger;
}

export interface Models extends Pick<ModelAccounts, 'accounts' | 'sessions'> {
  readonly admission: Pick<Admission, 'states' | 'admit'>;
  readonly supply: ModelSupply;
  readonly handle: ModelProxy['handle'];
  readonly grantModels: GrantModels;
  /** Ends what is under way, and records it. */
  close(): Promise<void>;
}

/** @throws when the disk fails */
export function openModels({ conditions, ...deps }: OpenModelsDeps): Models {
  const { journal, secret, dataDir, settings, log } = deps;
  const own = openAccounts({
    ...deps,
    tell(trouble) {
      if (trouble === null) conditions.clear('model_sign_in');
      else conditions.set('model_sign_in', trouble);
    },
  });
  const limits = (): Settings['budgets'] => settings.current().budgets;
  const budgets = createBudgets({ ...spentBefore(journal), limits, clock: deps.clock });
  budgets.onAlert(({ share, ...budget }) => log.warn(budget, `a budget is at ${share * 100} %`));
  const admission = createAdmission({
    ...{ ...deps, ...own, priceOf, budgets },
    log: (line) => log.info(line),
  });
  const supply = createSupply({ ...own, ...deps, admission });
  const recorder = createRecorder(deps);
  const proxy = createModelProxy({
    ...{ ...deps, ...own, admission },
    authorize: authorizerOf(journal, secret),
    lists: openModelLists(path.join(dataDir, 'models', 'lists.json'), deps.clock),
    upstream: openUpstream(deps.clock),
    isStopped: () => journal.workshop().stopped !== null,
    record: recorder.record,
    onRefused: refusals(deps),
  });
  const unguard = guardCalls(journal, proxy);
  return {
    ...own,
    admission,
    supply,
    handle: proxy.handle,
    grantModels: modelGrantsOf(own.accounts, secret),
    async close() {
      // Who waits for a turn is refused, before what is under way is cut.
      admission.close();
      await proxy.close();
      unguard();
      await recorder.close();
      supply.close();
      own.close();
    },
  };
}

/** Wrong uses of the gateway: all are in the log, and in the journal the first one of an attempt that counts no more. */
function refusals({ journal, log }: Pick<OpenModelsDeps, 'journal' | 'log'>) {
  const fence = createFence(journal, log);
  return (attemptId: Parameters<typeof fence>[0] | null, what: string, why: string): void => {
    log.warn({ attempt: attemptId, what }, `the gateway refused a request for a model: ${why}`);
    if (attemptId !== null) fence(attemptId, `model call (${what})`);
  };
}

/** Without what was read from a cache, as limits and budgets count it. */
function priceOf(model: string, { input, cached, output }: Load): number | null {
  return costMicros(model, { input, output, cacheRead: cached, cacheWrite: 0, cacheWriteHour: 0 });
}
