/** The queue over the API: how much of what, what the first of every line waits for, its switches, and clearing it. */
import type { QUEUE_OPERATIONS } from '../../../shared/contract-queue.ts';
import { OPERATIONS, type ParsedInputOf } from '../../../shared/contract.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import type { CommandOf } from '../../../shared/domain/command.ts';
import { demandKey } from '../../../shared/domain/demand.ts';
import type { Lane } from '../../../shared/domain/lane.ts';
import type { QueueScope } from '../../../shared/domain/state.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import { waitOf, type WaitTold } from '../../../shared/domain/wait.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { Flow } from '../scheduler/flow.ts';
import type { Standing } from '../scheduler/gates.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface QueueDeps {
  readonly journal: Journal;
  readonly queue: ReadyQueue;
  readonly flow: Flow;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
}

type QueueRoutes = Pick<Routes, keyof typeof QUEUE_OPERATIONS>;

/** Lines that are told of; with more, the answer would grow with every repository. */
const MOST_NEXT = 500;
/** Tasks cancelled together: others have their turn in between. */
const PAGE = 200;

export function queueRoutes(deps: QueueDeps): QueueRoutes {
  const { journal, queue, flow } = deps;
  async function set(
    command: CommandOf<'queue.pause' | 'queue.resume'>,
    { actor, receipt }: RequestContext,
  ): Promise<Result<{ paused: boolean; pauses: QueueScope[] }>> {
    const result = await journal.submit(command, { actor, receipt });
    return result.ok ? ok(switches(journal)) : result;
  }

  return {
    'queue.get': route(OPERATIONS['queue.get'], () => {
      const standing = flow.gates.now();
      const lanes = queue.lanes().toSorted((a, b) => a.first.rank - b.first.rank);
      const next = lanes.slice(0, MOST_NEXT).map(({ lane, first }) => {
        const waits = waitsFor(deps, lane, standing);
        const said = { waits: waits?.words ?? null, reason: waits?.wait ?? null };
        return { taskId: taskIdOf(first.number), demand: demandKey(lane.demand), ...said };
      });
      return ok({
        ...switches(journal),
        counts: journal.counts(),
        waiting: flow.waiting(),
        most: deps.settings.current().queue.most,
        perHour: flow.perHour(),
        times: flow.times(),
        next,
        more: lanes.length - next.length,
      });
    }),
    'queue.pause': route(OPERATIONS['queue.pause'], ({ scope }, context) =>
      set({ type: 'queue.pause', scope }, context),
    ),
    'queue.resume': route(OPERATIONS['queue.resume'], ({ scope }, context) =>
      set({ type: 'queue.resume', scope }, context),
    ),
    'queue.count': route(OPERATIONS['queue.count'], ({ states, priority, repo }) => {
      const scope = repo === undefined ? priority && { priority } : { repo };
      return ok({ count: queue.within(states, scope).length });
    }),
    'queue.clear': route(OPERATIONS['queue.clear'], (input, context) =>
      clear(deps, input, context),
    ),
  };
}

function switches({ workshop }: Pick<Journal, 'workshop'>): {
  paused: boolean;
  pauses: QueueScope[];
} {
  const { queuePaused: paused, pauses } = workshop();
  return { paused, pauses };
}

/** Cancels what waited when it was asked for and waits still; what an agent got meanwhile goes on. */
async function clear(
  { journal, queue }: Pick<QueueDeps, 'journal' | 'queue'>,
  { scope, states, confirm }: ParsedInputOf<'queue.clear'>,
  { actor }: RequestContext,
): Promise<Result<{ cancelled: number }>> {
  const ids = queue.within(states, scope);
  if (ids.length !== confirm) {
    const message = `that is ${ids.length} tasks, not ${confirm}; nothing was cancelled`;
    return fail(rejection('not_confirmed', message, { count: ids.length }));
  }
  let cancelled = 0;
  for (let from = 0; from < ids.length; from += PAGE) {
    const results = await Promise.all(
      ids
        .slice(from, from + PAGE)
        .map((taskId) =>
          journal.submit(
            { type: 'task.cancel', taskId, reason: 'the queue was cleared', onlyIn: states },
            { actor },
          ),
        ),
    );
    for (const result of results) {
      if (result.ok) cancelled += result.value.events.length > 0 ? 1 : 0;
      else if (result.error.code !== 'illegal_transition') return result;
    }
  }
  return ok({ cancelled });
}

/** Why the head of a line is not assigned; `null`: it is about to be. */
export function waitsFor(
  { journal, supply, settings }: Pick<QueueDeps, 'journal' | 'supply' | 'settings'>,
  lane: Lane,
  standing: Pick<Standing, 'shut'>,
): WaitTold | null {
  const agents = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null);
  const among = chosenAmong(enginePolicyOf(settings.current()));
  return waitOf(journal.workshop(), agents, lane.demand, supply.of, among, standing.shut(lane));
}
