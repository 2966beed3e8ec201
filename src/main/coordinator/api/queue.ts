/** The queue over the API: how much of what, and what the first of every line waits for. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import { demandKey, type Demand } from '../../../shared/domain/demand.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import { waitOf, type WaitTold } from '../../../shared/domain/wait.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface QueueDeps {
  readonly journal: Journal;
  readonly queue: ReadyQueue;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
}

type QueueRoutes = Pick<Routes, Extract<keyof Routes, `queue.${string}`>>;

export function queueRoutes({ journal, queue, supply, settings }: QueueDeps): QueueRoutes {
  async function set(
    type: 'queue.pause' | 'queue.resume',
    { actor, receipt }: RequestContext,
  ): Promise<Result<{ paused: boolean }>> {
    const result = await journal.submit({ type }, { actor, receipt });
    return result.ok ? ok({ paused: journal.workshop().queuePaused }) : result;
  }

  return {
    'queue.get': route(OPERATIONS['queue.get'], () =>
      ok({
        paused: journal.workshop().queuePaused,
        counts: journal.counts(),
        next: queue.lanes().flatMap(({ key, lane: { demand } }) => {
          const waits = waitsFor({ journal, supply, settings }, demand);
          const said = { waits: waits?.words ?? null, reason: waits?.wait ?? null };
          return queue
            .head(key, 1)
            .map(({ id }) => ({ taskId: id, demand: demandKey(demand), ...said }));
        }),
      }),
    ),
    'queue.pause': route(OPERATIONS['queue.pause'], (_, context) => set('queue.pause', context)),
    'queue.resume': route(OPERATIONS['queue.resume'], (_, context) => set('queue.resume', context)),
  };
}

/** Why the head of a line is not assigned; `null`: it is about to be. */
export function waitsFor(
  { journal, supply, settings }: Pick<QueueDeps, 'journal' | 'supply' | 'settings'>,
  demand: Demand,
): WaitTold | null {
  const agents = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null);
  const among = chosenAmong(enginePolicyOf(settings.current()));
  return waitOf(journal.workshop(), agents, demand, supply.of, among);
}
