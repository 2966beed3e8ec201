/** The queue over the API: how much of what, and what the first of every line waits for. */
import { OPERATIONS } from '../../../shared/contract.ts';
import type { Demand } from '../../../shared/domain/demand.ts';
import { waitOf, type WaitTold } from '../../../shared/domain/wait.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface QueueDeps {
  readonly journal: Journal;
  readonly queue: ReadyQueue;
}

type QueueRoutes = Pick<Routes, Extract<keyof Routes, `queue.${string}`>>;

export function queueRoutes({ journal, queue }: QueueDeps): QueueRoutes {
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
        next: queue.lines().flatMap(({ key, demand }) => {
          const waits = waitsFor(journal, demand);
          const said = { waits: waits?.words ?? null, reason: waits?.wait ?? null };
          return queue.head(key, 1).map(({ id }) => ({ taskId: id, demand: key, ...said }));
        }),
      }),
    ),
    'queue.pause': route(OPERATIONS['queue.pause'], (_, context) => set('queue.pause', context)),
    'queue.resume': route(OPERATIONS['queue.resume'], (_, context) => set('queue.resume', context)),
  };
}

/** Why the head of a line is not assigned; `null`: it is about to be. */
export function waitsFor(journal: Journal, demand: Demand): WaitTold | null {
  return waitOf(journal.workshop(), journal.agents(), demand);
}
