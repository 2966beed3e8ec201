/**
 * The reactor that makes room for urgent tasks: when all agents that can take one are full, the newest attempt of a low task
 * stands still on one of them, and goes on when its slot is free again. What stands still is in the journal.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import { enginesFor } from '../../../shared/domain/demand.ts';
import type { EventType, StoredEvent } from '../../../shared/domain/event.ts';
import { DEFAULT_POLICY, place, type ReadyTask } from '../../../shared/domain/place.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';
import type { LoopDeps } from './loop.ts';
import type { Fleet } from '../fleet/port.ts';
import { planRoom, type Lodger, type RoomPlan } from './plan-room.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

/** An urgent task may have come, a slot may have become free, or an attempt such that it can stand still. */
const WAKES: ReadonlySet<EventType> = new Set<EventType>([
  'attempt.started',
  'attempt.ended',
  'agent.connected',
  'agent.load_changed',
  'agent.conditions_changed',
  'agent.drain_changed',
  'agent.slots_changed',
  'queue.resumed',
  'workshop.restarted',
]);

/** More urgent tasks of one lane than this start one after the other. */
const MOST_AT_ONCE = 50;

export interface PreemptDeps extends LoopDeps {
  readonly journal: Journal;
  readonly fleet: Pick<Fleet, 'vitals' | 'repos' | 'makesRoom'>;
  readonly clock: Clock;
}

export function startPreempting(deps: PreemptDeps): { close(): void } {
  const { journal, clock } = deps;
  /** Stand still, in the order in which they began to. */
  const yielded = new Set(yieldedIn(journal));
  const reactor = startReactor(
    clock,
    async () => await carryOut(journal, plan(deps, yielded), deps.queue.fenceOf),
  );
  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'attempt.yielded') yielded.add(event.attemptId);
      if (event.type === 'attempt.continued' || event.type === 'attempt.ended')
        yielded.delete(event.attemptId);
    }
    if (events.some((event) => wakes(journal, event))) reactor.wake();
  });
  reactor.wake();
  return {
    close() {
      unsubscribe();
      reactor.close();
    },
  };
}

function wakes(journal: Journal, { event }: StoredEvent): boolean {
  if (event.type !== 'task.queued' && event.type !== 'task.updated') return WAKES.has(event.type);
  return journal.task(event.taskId)?.priority === 'urgent';
}

function yieldedIn(journal: Journal): AttemptId[] {
  return journal
    .agents()
    .flatMap(({ running }) => running.flatMap((id) => journal.attempt(id) ?? []))
    .flatMap(({ id, yieldedTo }) => (yieldedTo ? [{ id, at: yieldedTo.at }] : []))
    .toSorted((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

function plan(deps: PreemptDeps, yielded: ReadonlySet<AttemptId>): RoomPlan {
  const { journal, fleet, supply, settings } = deps;
  const urgent = urgentHeads(deps);
  const agents = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null);
  const policy = { ...DEFAULT_POLICY, engines: enginePolicyOf(settings.current()) };
  return planRoom(
    {
      urgent,
      candidates: agents.map((agent) => ({
        agent,
        vitals: fleet.vitals(agent.id),
        repos: fleet.repos(agent.id),
      })),
      lodgers: urgent.length === 0 ? [] : lodgersOf(deps),
      yielded: [...yielded].flatMap((id) => {
        const agentId = journal.attempt(id)?.agentId;
        return agentId === undefined ? [] : [{ attemptId: id, agentId }];
      }),
    },
    (ready, candidates) => place(ready, candidates, policy, supply.of),
  );
}

/** The first of each urgent lane whose models can be spoken to. */
function urgentHeads({ journal, queue, supply, settings, repoKey }: PreemptDeps): ReadyTask[] {
  const { queuePaused, stopped } = journal.workshop();
  if (queuePaused || stopped) return [];
  const among = chosenAmong(enginePolicyOf(settings.current()));
  return queue.lanes().flatMap(({ key, lane: { priority, demand } }) => {
    if (priority !== 'urgent') return [];
    const kinds = enginesFor(demand, among);
    if (!kinds.some((kind) => supply.of(kind)?.state !== 'held')) return [];
    return queue.head(key, MOST_AT_ONCE).map((task) => ({ ...task, repo: repoKey(task.repo) }));
  });
}

function lodgersOf({ journal, fleet }: PreemptDeps): Lodger[] {
  return journal
    .agents()
    .filter(({ id, capabilities: { os } }) => os !== 'win32' && fleet.makesRoom(id))
    .flatMap(({ running }) => running.flatMap((id) => journal.attempt(id) ?? []))
    .filter((attempt) => canYield(attempt) && journal.task(attempt.taskId)?.priority === 'low')
    .map(({ id: attemptId, agentId, fence }) => ({ attemptId, agentId, fence }));
}

/** One that hands in its change is done soon, and one that a person works in is theirs. */
function canYield({ state, yieldedTo, takenOver, phases }: Attempt): boolean {
  const phase = phases.at(-1)?.phase;
  const isEnding = phase === 'push' || phase === 'report';
  return state === 'running' && !yieldedTo && !takenOver && !isEnding;
}

async function carryOut(
  journal: Journal,
  { yields, assignments, continues }: RoomPlan,
  fenceOf: LoopDeps['queue']['fenceOf'],
): Promise<boolean> {
  // In this order: each is decided on what those before it made.
  return await submitAll(journal, [
    ...yields.map((one) => ({ type: 'attempt.yield' as const, ...one })),
    ...assignments.map((one) => ({
      ...{ type: 'task.assign' as const, ...one },
      fence: fenceOf(one.taskId),
    })),
    ...continues.map((attemptId) => ({ type: 'attempt.continue' as const, attemptId })),
  ]);
}
