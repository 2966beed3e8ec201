/**
 * Makes room for urgent tasks, as the last part of each run of the loop: when all agents that can take one are full, the newest
 * attempt of a low task stands still on one of them, and goes on when its slot is free again. What stands still is in the journal.
 */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import { enginesFor } from '../../../shared/domain/demand.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { turnsOf } from '../../../shared/domain/gate.ts';
import type { Assignment, Candidate, ReadyTask } from '../../../shared/domain/place.ts';
import { planRoom, type Lodger, type RoomPlan } from '../../../shared/domain/plan-room.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { Standing } from './gates.ts';
import { submitAll } from './submit-all.ts';

/** More urgent tasks of one lane than this start one after the other. */
const MOST_AT_ONCE = 50;

export interface RoomMakerDeps {
  readonly journal: Pick<Journal, 'agents' | 'attempt' | 'submit' | 'task' | 'workshop'>;
  readonly queue: Pick<ReadyQueue, 'fenceOf' | 'lanes' | 'head'>;
  readonly fleet: Pick<Fleet, 'makesRoom'>;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly settings: { current(): Pick<Settings, 'engines'> };
}

export interface RoomMaker {
  /** Keeps in mind what stands still, and that an urgent task came. */
  learn(events: readonly StoredEvent[]): void;
  /** The queue got an urgent task that nothing is free for. */
  expect(): void;
  /** Answers false when something was refused that is worth trying again. */
  make(asked: RoomAsked): Promise<boolean>;
}

export interface RoomAsked {
  readonly standing: () => Standing;
  readonly candidates: () => readonly Candidate[];
  readonly placing: (ready: readonly ReadyTask[], candidates: readonly Candidate[]) => Assignment[];
}

export function createRoomMaker(deps: RoomMakerDeps): RoomMaker {
  const { journal } = deps;
  /** Stand still, in the order in which they began to. */
  const yielded = new Set(yieldedIn(journal));
  /** An urgent task may be waiting: until it was looked, nobody knows. */
  let mayWait = true;

  function plan({ standing, candidates, placing }: RoomAsked): RoomPlan | null {
    const { queuePaused, stopped } = journal.workshop();
    const lodgers = mayWait && !queuePaused && !stopped ? lodgersOf(deps) : [];
    // Where nobody can make room, or has, the queue need not be looked at.
    if (lodgers.length === 0 && yielded.size === 0) return null;
    const urgent = mayWait && !queuePaused && !stopped ? urgentHeads(deps, standing()) : [];
    mayWait &&= urgent.length > 0;
    if (urgent.length === 0 && yielded.size === 0) return null;
    return planRoom(
      {
        ...{ urgent, lodgers, candidates: candidates() },
        yielded: [...yielded].flatMap((attemptId) => {
          const agentId = journal.attempt(attemptId)?.agentId;
          return agentId === undefined ? [] : [{ attemptId, agentId }];
        }),
      },
      placing,
    );
  }

  return {
    learn(events) {
      for (const { event } of events) {
        if (event.type === 'attempt.yielded') yielded.add(event.attemptId);
        if (event.type === 'attempt.continued' || event.type === 'attempt.ended')
          yielded.delete(event.attemptId);
        if (event.type === 'task.queued' || event.type === 'task.updated')
          mayWait ||= journal.task(event.taskId)?.priority === 'urgent';
        // What kept one back may be over.
        if (event.type === 'queue.resumed' || event.type === 'agent.connected') mayWait = true;
      }
    },
    expect() {
      mayWait = true;
    },
    async make(asked) {
      const planned = plan(asked);
      return planned === null || (await carryOut(deps, planned));
    },
  };
}

function yieldedIn(journal: Pick<Journal, 'agents' | 'attempt'>): AttemptId[] {
  return journal
    .agents()
    .flatMap(({ running }) => running.flatMap((id) => journal.attempt(id) ?? []))
    .flatMap(({ id, yieldedTo }) => (yieldedTo ? [{ id, at: yieldedTo.at }] : []))
    .toSorted((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

/** The first of each urgent lane that nothing shuts and whose models can be spoken to; of a turn and of a quota no more than one gets. */
function urgentHeads(
  { queue, supply, settings }: RoomMakerDeps,
  { hands, rules, shut }: Standing,
): ReadyTask[] {
  const among = chosenAmong(enginePolicyOf(settings.current()));
  const taken = new Set<string>();
  const owners = new Map(hands.owners);
  return queue.lanes().flatMap(({ key, lane }) => {
    if (lane.priority !== 'urgent' || shut(lane)) return [];
    const kinds = enginesFor(lane.demand, among);
    if (!kinds.some((kind) => supply.of(kind)?.state !== 'held')) return [];
    const turns = turnsOf(lane);
    if (turns.some((turn) => taken.has(turn))) return [];
    for (const turn of turns) taken.add(turn);
    const held = owners.get(lane.owner) ?? 0;
    const most = Math.min(
      turns.length > 0 ? 1 : MOST_AT_ONCE,
      Math.max(0, (rules.userRunning ?? Infinity) - held),
    );
    const tasks = most === 0 ? [] : queue.head(key, most);
    owners.set(lane.owner, held + tasks.length);
    return tasks;
  });
}

/** Low attempts that can stand still. */
export function lodgersOf({ journal, fleet }: Pick<RoomMakerDeps, 'journal' | 'fleet'>): Lodger[] {
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
  { journal, queue }: RoomMakerDeps,
  { yields, assignments, continues }: RoomPlan,
): Promise<boolean> {
  // In this order: each is decided on what those before it made.
  return await submitAll(journal, [
    ...yields.map((one) => ({ type: 'attempt.yield' as const, ...one })),
    ...assignments.map((one) => ({
      ...{ type: 'task.assign' as const, ...one },
      fence: queue.fenceOf(one.taskId),
    })),
    ...continues.map((attemptId) => ({ type: 'attempt.continue' as const, attemptId })),
  ]);
}
