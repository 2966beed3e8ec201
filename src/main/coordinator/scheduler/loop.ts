/**
 * The loop around `place()`: when something changed that could let a task start, it looks at the heads of the lanes that some
 * free agent can serve, and submits the assignments. Its cost follows the lanes and the free slots, never the
 * length of the queue.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import { isBlocked } from '../../../shared/domain/condition.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import { enginesFor, lacking, type Demand } from '../../../shared/domain/demand.ts';
import type { EngineKind } from '../../../shared/domain/engine.ts';
import type { EventType } from '../../../shared/domain/event.ts';
import {
  DEFAULT_POLICY,
  place,
  type Candidate,
  type ReadyTask,
} from '../../../shared/domain/place.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { FreeFor, ReadyQueue } from '../queue/port.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

/** A task became ready, or a slot became free. */
const WAKES: ReadonlySet<EventType> = new Set<EventType>([
  'task.queued',
  'attempt.ended',
  'agent.connected',
  'agent.load_changed',
  'agent.conditions_changed',
  'agent.drain_changed',
  'queue.resumed',
  'workshop.restarted',
]);

const MOST_WAIT_MS = 60_000;

export interface LoopDeps {
  readonly journal: Pick<Journal, 'agents' | 'submit' | 'subscribe' | 'workshop'>;
  readonly queue: Pick<ReadyQueue, 'fill' | 'fenceOf' | 'lanes' | 'head'>;
  readonly fleet: Pick<Fleet, 'vitals' | 'repos'>;
  readonly supply: ModelSupply;
  readonly settings: { current(): Pick<Settings, 'engines'> };
  /** The key under which agents cache a repository. */
  readonly repoKey: (url: string) => string;
  readonly clock: Clock;
}

export function startLoop(deps: LoopDeps): { close(): void } {
  const { journal, clock, supply } = deps;
  let cancelWait = (): void => {};
  const reactor = startReactor(clock, async (closed) => {
    if (gives(deps)) await deps.queue.fill(freeFor(deps));
    if (closed()) return true;
    // Asked again: an agent may be gone since.
    const { assignments, until } = gives(deps) ? assign(deps) : NOTHING;
    cancelWait();
    cancelWait = until === null ? () => {} : clock.after(pauseUntil(until, clock), reactor.wake);
    return await submitAll(
      journal,
      assignments.map((assignment) => ({
        type: 'task.assign',
        ...assignment,
        fence: deps.queue.fenceOf(assignment.taskId),
      })),
    );
  });
  const unsubscribe = journal.subscribe((events) => {
    if (events.some(({ event }) => WAKES.has(event.type))) reactor.wake();
  });
  const unfollow = supply.onChange(reactor.wake);
  reactor.wake();
  return {
    close() {
      unsubscribe();
      unfollow();
      cancelWait();
      reactor.close();
    },
  };
}

/** Whether anything can be given to anybody. Whoever becomes free wakes the loop; until then no lane need be looked at. */
function gives({ journal }: LoopDeps): boolean {
  const { queuePaused, stopped } = journal.workshop();
  return !queuePaused && !stopped && journal.agents().some((agent) => freeSlots(agent) > 0);
}

function freeFor(deps: LoopDeps): FreeFor {
  const open = withAccounts(deps.journal.agents(), (kind) => deps.supply.of(kind) !== null).filter(
    (agent) => freeSlots(agent) > 0,
  );
  const among = chosenAmong(enginePolicyOf(deps.settings.current()));
  return (demand) => {
    const engines = enginesFor(demand, among).filter(
      (kind) => deps.supply.of(kind)?.state !== 'held',
    );
    return engines.length === 0 ? 0 : slotsFor(open, demand, engines);
  };
}

function slotsFor(open: readonly Agent[], demand: Demand, engines: readonly EngineKind[]): number {
  return open
    .filter((agent) => lacking(agent, demand, engines) === null)
    .reduce((sum, agent) => sum + freeSlots(agent), 0);
}

/** Wall clocks jump: it is looked again within a minute, whatever they say. */
function pauseUntil(until: number, clock: Clock): number {
  return Math.min(Math.max(until - clock.now(), 1), MOST_WAIT_MS);
}

/** `engines`: those that can speak now, of which one may be chosen. */
type OpenLane = ReturnType<ReadyQueue['lanes']>[number] & {
  readonly engines: readonly EngineKind[];
};

interface Round {
  readonly assignments: ReturnType<typeof place>;
  /** When the first account that keeps a lane back can speak again (epoch ms); `null`: nobody knows, or none does. */
  readonly until: number | null;
}

const NOTHING: Round = { assignments: [], until: null };

function assign(deps: LoopDeps): Round {
  const { journal, supply } = deps;
  const agents = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null);
  const open = agents.filter((agent) => freeSlots(agent) > 0);
  const { lanes, until } = openLanes(deps);
  const ready = heads(deps, open, lanes);
  if (ready.length === 0) return { assignments: [], until };
  const assignments = place(
    ready,
    // The full and the absent too: why they were passed over is part of the answer.
    agents.map((agent): Candidate => ({
      agent,
      vitals: deps.fleet.vitals(agent.id),
      repos: deps.fleet.repos(agent.id),
    })),
    { ...DEFAULT_POLICY, engines: enginePolicyOf(deps.settings.current()) },
    supply.of,
  );
  return { assignments, until };
}

/** Of each lane that an open agent can serve, as many as could start now. */
function heads(
  { queue, repoKey }: LoopDeps,
  open: readonly Agent[],
  lanes: readonly OpenLane[],
): ReadyTask[] {
  return lanes.flatMap(({ key, lane: { demand }, engines }) => {
    const slots = slotsFor(open, demand, engines);
    return slots === 0
      ? []
      : queue.head(key, slots).map((task) => ({ ...task, repo: repoKey(task.repo) }));
  });
}

/** The lanes whose engine can speak to its models now, and when the first of the others can again. */
function openLanes(deps: LoopDeps): { lanes: readonly OpenLane[]; until: number | null } {
  const { queue, supply, clock } = deps;
  const among = chosenAmong(enginePolicyOf(deps.settings.current()));
  let until: number | null = null;
  const lanes = queue.lanes().flatMap(({ key, lane }) => {
    const { demand } = lane;
    // Settings do not tell when they change.
    if (demand.engine === 'auto') until = Math.min(clock.now() + MOST_WAIT_MS, until ?? Infinity);
    const engines = enginesFor(demand, among).filter((kind) => {
      const of = supply.of(kind);
      if (of?.state === 'held' && of.until !== null) until = Math.min(of.until, until ?? of.until);
      return of?.state !== 'held';
    });
    return engines.length === 0 ? [] : [{ key, lane, engines }];
  });
  return { lanes, until };
}

function freeSlots({ connected, draining, overloaded, conditions, slots, running }: Agent): number {
  const isOpen = connected && !draining && !overloaded && !isBlocked(conditions);
  return isOpen ? slots - running.length : 0;
}
