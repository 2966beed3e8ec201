/**
 * How long tasks wait from when they are queued to when an agent gets them, by priority, of the latest ones: held against
 * the targets (`WAIT_TARGETS_MS`). Time in which nothing could be given out at all (paused, stopped, no agent there, the coordinator
 * off) is not counted. Follows the log from when it is started; of before it reads the end of the log, when it is first asked. Writes nothing.
 */
import type { WaitingTimes } from '../../../shared/contract-queue.ts';
import type { Event, EventOf, StoredEvent } from '../../../shared/domain/event.ts';
import { WAIT_TARGETS_MS } from '../../../shared/domain/rank.ts';
import { PRIORITIES, type Priority, type Task } from '../../../shared/domain/task.ts';
import type { AgentId, TaskId } from '../../../shared/ids.ts';
import { COORDINATOR_RESTARTED } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';

/** Of each priority. */
const LATEST = 500;
/** Times in which nothing could be given out, of which older ones are forgotten. */
const MOST_GAPS = 1_000;
/** Events of before the start that are read: of a hundred tasks and more, and nobody notices it. */
const MOST_BEFORE = 2_000;

export interface WaitingTimesKept {
  /** In the order of the priorities. */
  of(): WaitingTimes[];
  close(): void;
}

type WaitingJournal = Pick<
  Journal,
  'agents' | 'eventsAfter' | 'seq' | 'subscribe' | 'task' | 'workshop'
>;

export function keepWaitingTimes(journal: WaitingJournal): WaitingTimesKept {
  const start = journal.seq();
  const tally = createTally({
    task: journal.task,
    remembers: keptItsPlace,
    opening: openingNow(journal),
    closedSince: journal.eventsAfter(Math.max(0, start - 1), 1)[0]?.at ?? null,
  });
  let before: Waits | null = null;
  const unsubscribe = journal.subscribe((events) => {
    for (const stored of events) tally.take(stored);
  });
  return {
    of() {
      before ??= waitsBefore(journal, start);
      const earlier = before;
      return PRIORITIES.map((priority) => {
        const latest = [...earlier[priority], ...tally.waits[priority]].slice(-LATEST);
        return summed(
          priority,
          latest.toSorted((a, b) => a - b),
        );
      });
    },
    close: unsubscribe,
  };
}

/** Oldest first, in ms. */
type Waits = Record<Priority, number[]>;

function waitsBefore(journal: WaitingJournal, start: number): Waits {
  const after = Math.max(0, start - MOST_BEFORE);
  const events = journal.eventsAfter(after, start - after);
  const tally = createTally({
    // How it stands now says nothing of when it was queued then.
    task: (id) => {
      const task = journal.task(id);
      return task && { priority: task.priority, queuedAt: null };
    },
    remembers: () => true,
    opening: openingBefore(events),
    closedSince: null,
  });
  for (const stored of events) tally.take(stored);
  return tally.waits;
}

/** What decides whether anything can be given out. */
interface Opening {
  paused: boolean;
  stopped: boolean;
  /** `null`: nobody knows who, and somebody is. */
  connected: Set<AgentId> | null;
}

function openingNow({ agents, workshop }: Pick<Journal, 'agents' | 'workshop'>): Opening {
  const { queuePaused: paused, stopped } = workshop();
  const connected = agents().flatMap((agent) => (agent.connected ? [agent.id] : []));
  return { paused, stopped: stopped !== null, connected: new Set(connected) };
}

/** How it stood before these: what is switched first stood the other way. */
function openingBefore(events: readonly StoredEvent[]): Opening {
  const first = (...types: Event['type'][]): Event['type'] | undefined =>
    events.find(({ event }) => types.includes(event.type) && !('scope' in event && event.scope))
      ?.event.type;
  return {
    paused: first('queue.paused', 'queue.resumed') === 'queue.resumed',
    stopped: first('workshop.stopped', 'workshop.restarted') === 'workshop.restarted',
    connected: events[0]?.seq === 1 ? new Set() : null,
  };
}

function isOpen({ paused, stopped, connected }: Opening): boolean {
  return !paused && !stopped && connected?.size !== 0;
}

/** These keep their place in the queue, which is before they were queued this time. */
function keptItsPlace({ why }: EventOf<'task.queued'>): boolean {
  return why === 'agent_lost' || why === 'stopped';
}

interface TallyDeps {
  readonly task: (id: TaskId) => Pick<Task, 'priority' | 'queuedAt'> | undefined;
  /** Whether the time of this event is the one from which it waits; else that of the task is. */
  readonly remembers: (queued: EventOf<'task.queued'>) => boolean;
  readonly opening: Opening;
  /** Nothing could be given out since then. */
  readonly closedSince: number | null;
}

interface Tally {
  readonly waits: Waits;
  take(stored: StoredEvent): void;
}

function createTally({ task: taskOf, remembers, opening, ...deps }: TallyDeps): Tally {
  const waits: Waits = { urgent: [], high: [], normal: [], low: [] };
  const since = new Map<TaskId, number>();
  const gaps: { from: number; to: number }[] = [];
  let closedSince = deps.closedSince ?? (isOpen(opening) ? null : Number.NEGATIVE_INFINITY);
  let lastAt: number | null = null;

  function assigned({ taskId }: EventOf<'task.assigned'>, at: number): void {
    const task = taskOf(taskId);
    const from = since.get(taskId) ?? task?.queuedAt ?? null;
    since.delete(taskId);
    if (!task || from === null) return;
    const latest = waits[task.priority];
    // Wall clocks jump.
    latest.push(Math.max(0, at - from - closedBetween(from, at)));
    if (latest.length > LATEST) latest.shift();
  }

  function closedBetween(from: number, to: number): number {
    let sum = closedSince === null ? 0 : Math.max(0, to - Math.max(from, closedSince));
    for (let i = gaps.length - 1; i >= 0; i--) {
      const gap = gaps[i];
      if (!gap || gap.to <= from) break;
      sum += Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from));
    }
    return sum;
  }

  function look(event: Event, at: number): void {
    if (!change(opening, event)) return;
    if (!isOpen(opening)) {
      const wasOff = event.type === 'agent.disconnected' && event.why === COORDINATOR_RESTARTED;
      closedSince ??= wasOff ? (lastAt ?? at) : at;
      return;
    }
    if (closedSince === null) return;
    gaps.push({ from: closedSince, to: at });
    if (gaps.length > MOST_GAPS) gaps.shift();
    closedSince = null;
  }

  return {
    waits,
    take({ event, at }) {
      look(event, at);
      if (event.type === 'task.queued' && remembers(event)) since.set(event.taskId, at);
      else if (event.type === 'task.cancelled') since.delete(event.taskId);
      else if (event.type === 'task.assigned') assigned(event, at);
      lastAt = at;
    },
  };
}

/** Answers whether the event says anything of it. */
function change(opening: Opening, event: Event): boolean {
  switch (event.type) {
    case 'queue.paused':
    case 'queue.resumed':
      if (!event.scope) opening.paused = event.type === 'queue.paused';
      return !event.scope;
    case 'workshop.stopped':
    case 'workshop.restarted':
      opening.stopped = event.type === 'workshop.stopped';
      return true;
    case 'agent.connected':
      (opening.connected ??= new Set()).add(event.agentId);
      return true;
    case 'agent.disconnected':
      opening.connected?.delete(event.agentId);
      return true;
    default:
      return false;
  }
}

function summed(priority: Priority, sorted: readonly number[]): WaitingTimes {
  const targetMs = WAIT_TARGETS_MS[priority];
  const at = (share: number): number | null =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  const within = sorted.filter((ms) => ms <= targetMs).length;
  return {
    ...{ priority, targetMs, of: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) },
    withinTarget: sorted.length === 0 ? null : within / sorted.length,
  };
}
