/**
 * The loop around `place()`: when something changed that could let a task start, it takes the foremost tasks of the lanes that are open and
 * that some free agent can serve, and submits the assignments. It goes round by round, each of them small, so
 * its cost follows the lanes and the free slots, never the length of the queue, and the event loop is never held for long.
 */
import type { Clock } from '../../../shared/clock.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import { enginesFor } from '../../../shared/domain/demand.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import type { EventType } from '../../../shared/domain/event.ts';
import {
  place,
  type Assignment,
  type Candidate,
  type ReadyTask,
} from '../../../shared/domain/place.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { FreeFor, ReadyQueue, UrgentRoom } from '../queue/port.ts';
import type { Placing } from './candidates.ts';
import { createGates, type Gates } from './gates.ts';
import { createRoomMaker, lodgersOf } from './preempt.ts';
import { startReactor } from './reactor.ts';
import { agentsOf, freeSlots, MOST_WAIT_MS, openAgents, openRound, slotsAmong } from './round.ts';
import { submitAll } from './submit-all.ts';

/** A task became ready, or a slot became free. */
const WAKES: ReadonlySet<EventType> = new Set<EventType>([
  'task.queued',
  'task.updated',
  'site.told',
  'attempt.started',
  'attempt.ended',
  'attempt.yielded',
  'agent.connected',
  'agent.load_changed',
  'agent.conditions_changed',
  'agent.slots_changed',
  'agent.rest_changed',
  'agent.drain_changed',
  'queue.resumed',
  'workshop.restarted',
]);

export interface LoopDeps {
  readonly journal: Pick<
    Journal,
    'agents' | 'attempt' | 'submit' | 'subscribe' | 'task' | 'workshop'
  >;
  readonly queue: Pick<ReadyQueue, 'fill' | 'fenceOf' | 'onChange' | 'lanes' | 'head'>;
  readonly fleet: Pick<Fleet, 'makesRoom'>;
  readonly placing: Placing;
  readonly supply: ModelSupply;
  readonly settings: { current(): Pick<Settings, 'engines' | 'queue'> };
  /** The key under which agents cache a repository. */
  readonly repoKey: (url: string) => string;
  readonly clock: Clock;
}

export function startLoop(deps: LoopDeps): { close(): void } {
  const { journal, clock, supply } = deps;
  const gates = createGates(deps);
  const room = createRoomMaker(deps);
  const roomAsked = {
    standing: gates.now,
    candidates: () => candidatesOf(deps),
    placing: (ready: readonly ReadyTask[], among: readonly Candidate[]) =>
      placeAmong(deps, ready, among),
  };
  let cancelWait = (): void => {};
  const reactor = startReactor(clock, async (closed) => {
    cancelWait();
    if (mayGive(deps) && (await deps.queue.fill(freeFor(deps), roomFor(deps)))) room.expect();
    const { done, until } = await giveOut(deps, gates, closed);
    cancelWait = until === null ? () => {} : clock.after(pauseUntil(until, clock), reactor.wake);
    if (closed()) cancelWait();
    return closed() || ((await room.make(roomAsked)) && done);
  });
  const unsubscribe = journal.subscribe((events) => {
    room.learn(events);
    if (events.some(({ event }) => WAKES.has(event.type))) reactor.wake();
  });
  const ends = [supply.onChange(reactor.wake), deps.queue.onChange(reactor.wake)];
  reactor.wake();
  return {
    close() {
      unsubscribe();
      for (const end of ends) end();
      cancelWait();
      reactor.close();
    },
  };
}

/** Wall clocks jump: it is looked again within a minute, whatever they say. */
function pauseUntil(until: number, clock: Clock): number {
  return Math.min(Math.max(until - clock.now(), 1), MOST_WAIT_MS);
}

interface GivenOut {
  /** False: something was refused that is worth trying again. */
  readonly done: boolean;
  /** When the first account that keeps a lane back can speak again (epoch ms); `null`: nobody knows, or none does. */
  readonly until: number | null;
}

/** Round by round, until nothing is left that somebody could take. Each round ends with a commit, and so with a turn of the event loop. */
async function giveOut(deps: LoopDeps, gates: Gates, closed: () => boolean): Promise<GivenOut> {
  const { journal, queue } = deps;
  let until: number | null = null;
  // Lanes whose first task nobody took although some agent seemed able to: whatever keeps it, others go on.
  const passed = new Set<string>();
  while (!closed() && gives(deps)) {
    const round = openRound(deps, gates.now(), passed);
    ({ until } = round);
    if (round.ready.length === 0) break;
    const commands = assignmentsOf(deps, round.ready).map((assignment) => ({
      type: 'task.assign' as const,
      ...assignment,
      fence: queue.fenceOf(assignment.taskId),
    }));
    const done = await submitAll(journal, commands);
    if (!done) return { done, until };
    // Refused, or given to nobody: it would be so again.
    for (const { id, lane } of round.ready)
      if (journal.task(id)?.state === 'queued') passed.add(lane);
  }
  return { done: true, until };
}

/** Whether anything can be given to anybody. Whoever becomes free wakes the loop; until then no lane need be looked at. */
function gives({ journal }: Pick<LoopDeps, 'journal'>): boolean {
  return mayGive({ journal }) && journal.agents().some((agent) => freeSlots(agent) > 0);
}

function mayGive({ journal }: Pick<LoopDeps, 'journal'>): boolean {
  const { queuePaused, stopped } = journal.workshop();
  return !queuePaused && !stopped;
}

function freeFor(deps: LoopDeps): FreeFor {
  return slotsFor(deps, openAgents(deps));
}

/** Found when it is asked for: most queues do not. */
function roomFor(deps: LoopDeps): UrgentRoom {
  let found: { slots: number; of: FreeFor } | undefined;
  const room = () => (found ??= findRoom(deps));
  return { slots: () => room().slots, of: (demand) => room().of(demand) };
}

function findRoom(deps: LoopDeps): { slots: number; of: FreeFor } {
  const lodgers = new Set(lodgersOf(deps).map(({ attemptId }) => attemptId));
  const hosts = agentsOf(deps).flatMap((agent) => {
    const running = agent.running.filter((id) => !lodgers.has(id));
    return running.length < agent.running.length ? [{ ...agent, running }] : [];
  });
  return { slots: lodgers.size, of: slotsFor(deps, hosts) };
}

function slotsFor(deps: LoopDeps, agents: readonly Agent[]): FreeFor {
  const among = chosenAmong(enginePolicyOf(deps.settings.current()));
  const slots = slotsAmong(agents);
  return (demand) => {
    const engines = enginesFor(demand, among).filter(
      (kind) => deps.supply.of(kind)?.state !== 'held',
    );
    return engines.length === 0 ? 0 : slots(demand, engines);
  };
}

/** In the order given. */
function assignmentsOf(deps: LoopDeps, ready: readonly ReadyTask[]): Assignment[] {
  return placeAmong(
    deps,
    ready.map((task, rank) => ({ ...task, rank })),
    candidatesOf(deps),
  );
}

/** The full and the absent too: why they were passed over is part of the answer. */
function candidatesOf(deps: LoopDeps): Candidate[] {
  return deps.placing.candidates(agentsOf(deps));
}

function placeAmong(
  deps: LoopDeps,
  ready: readonly ReadyTask[],
  candidates: readonly Candidate[],
): Assignment[] {
  return place(
    ready.map((task) => ({ ...task, repo: deps.repoKey(task.repo) })),
    candidates,
    deps.placing.policy(),
    deps.supply.of,
  );
}
