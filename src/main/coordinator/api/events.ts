/** The log, the snapshot and the start screen over the API. */
import { OPERATIONS, type StartInfo } from '../../../shared/contract.ts';
import { ENGINE_KINDS } from '../../../shared/domain/engine.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import { ok } from '../../../shared/result.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface EventDeps {
  readonly journal: Journal;
  readonly dataDir: string;
  readonly version: string;
  readonly supply: Pick<ModelSupply, 'of'>;
}

type EventRoutes = Pick<Routes, 'events.list' | 'snapshot.get' | 'snapshot.tasks' | 'start.get'>;

export function eventRoutes({ journal, dataDir, version, supply }: EventDeps): EventRoutes {
  return {
    'events.list': route(OPERATIONS['events.list'], ({ after, limit }) => {
      const events = journal.eventsAfter(after, limit);
      return ok({
        events,
        nextAfter: events.length === limit ? (events.at(-1)?.seq ?? null) : null,
      });
    }),
    'snapshot.get': route(OPERATIONS['snapshot.get'], () => ok(journal.snapshot())),
    'snapshot.tasks': route(OPERATIONS['snapshot.tasks'], ({ ids }) => {
      const tasks = ids.flatMap((id) => journal.task(id) ?? []);
      const attempts = tasks.flatMap(({ attemptId }) =>
        attemptId === null ? [] : (journal.attempt(attemptId) ?? []),
      );
      return ok({ tasks, attempts, counts: { ...journal.counts() } });
    }),
    'start.get': route(OPERATIONS['start.get'], () =>
      ok({ version, build: __KOUBOU_BUILD__, dataDir, engines: enginesOf(journal, supply) }),
    ),
  };
}

/** Every engine there is, as the connected agents have it or accounts speak for it: a ready one before one that is not. */
function enginesOf(journal: Journal, supply: EventDeps['supply']): StartInfo['engines'] {
  const found = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null)
    .filter(({ connected }) => connected)
    .flatMap(({ capabilities }) => capabilities.engines);
  return ENGINE_KINDS.map((kind) => {
    const mine = found.filter((engine) => engine.kind === kind);
    const best = mine.find(({ ready }) => ready) ?? mine[0];
    if (!best) return { kind, ready: false, version: null, why: 'not found on a connected agent' };
    return { kind, ready: best.ready, version: best.version, why: best.why };
  });
}
