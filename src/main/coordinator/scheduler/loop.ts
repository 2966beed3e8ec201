/**
 * The loop around `place()`: when something changed that could let a task start, it looks at the heads of the lines that some
 * free agent can serve, and submits the assignments. Its cost follows the lines and the free slots, never the
 * length of the queue.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import { isBlocked } from '../../../shared/domain/condition.ts';
import { lacking } from '../../../shared/domain/demand.ts';
import type { EventType } from '../../../shared/domain/event.ts';
import { place, type Candidate, type ReadyTask } from '../../../shared/domain/place.ts';
import type { Fleet } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
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

export interface LoopDeps {
  readonly journal: Pick<Journal, 'agents' | 'submit' | 'subscribe' | 'workshop'>;
  readonly queue: Pick<ReadyQueue, 'lines' | 'head'>;
  readonly fleet: Pick<Fleet, 'vitals' | 'repos'>;
  /** The key under which agents cache a repository. */
  readonly repoKey: (url: string) => string;
  readonly clock: Clock;
}

export function startLoop(deps: LoopDeps): { close(): void } {
  const { journal, clock } = deps;
  const reactor = startReactor(clock, async () => {
    const { queuePaused, stopped } = journal.workshop();
    const assignments = queuePaused || stopped ? [] : assign(deps);
    return await submitAll(
      journal,
      assignments.map((assignment) => ({ type: 'task.assign', ...assignment })),
    );
  });
  const unsubscribe = journal.subscribe((events) => {
    if (events.some(({ event }) => WAKES.has(event.type))) reactor.wake();
  });
  reactor.wake();
  return {
    close() {
      unsubscribe();
      reactor.close();
    },
  };
}

function assign(deps: LoopDeps): ReturnType<typeof place> {
  const agents = deps.journal.agents();
  const open = agents.filter((agent) => freeSlots(agent) > 0);
  if (open.length === 0) return [];
  const ready = heads(deps, open);
  if (ready.length === 0) return [];
  return place(
    ready,
    // The full and the absent too: why they were passed over is part of the answer.
    agents.map((agent): Candidate => ({
      agent,
      vitals: deps.fleet.vitals(agent.id),
      repos: deps.fleet.repos(agent.id),
    })),
  );
}

/** Of each line that an open agent can serve, as many as could start now. */
function heads({ queue, repoKey }: LoopDeps, open: readonly Agent[]): ReadyTask[] {
  return queue.lines().flatMap(({ key, demand }) => {
    const slots = open
      .filter((agent) => lacking(agent, demand) === null)
      .reduce((sum, agent) => sum + freeSlots(agent), 0);
    return slots === 0
      ? []
      : queue.head(key, slots).map((task) => ({ ...task, repo: repoKey(task.repo) }));
  });
}

function freeSlots({ connected, draining, overloaded, conditions, slots, running }: Agent): number {
  const isOpen = connected && !draining && !overloaded && !isBlocked(conditions);
  return isOpen ? slots - running.length : 0;
}
