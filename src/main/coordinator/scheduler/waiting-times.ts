/**
 * How long tasks wait from when they are queued to when an agent gets them, by priority, of the latest ones: held against
 * the targets (`WAIT_TARGETS_MS`). Time in which nothing could be given out at all (paused, stopped, no agent there) is not counted.
 * Follows the log from when it is started; writes nothing.
 */
import type { WaitingTimes } from '../../../shared/contract-queue.ts';
import type { EventOf, StoredEvent } from '../../../shared/domain/event.ts';
import { WAIT_TARGETS_MS } from '../../../shared/domain/rank.ts';
import { PRIORITIES, type Priority } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';

/** Of each priority. */
const LATEST = 500;
/** Times in which nothing could be given out, of which older ones are forgotten. */
const MOST_GAPS = 1_000;

export interface WaitingTimesKept {
  /** In the order of the priorities. */
  of(): WaitingTimes[];
  close(): void;
}

export function keepWaitingTimes(
  journal: Pick<Journal, 'agents' | 'subscribe' | 'task' | 'workshop'>,
): WaitingTimesKept {
  const latest = new Map<Priority, number[]>(PRIORITIES.map((priority) => [priority, []]));
  /** Tasks that kept their place in the queue: since when they wait this time. */
  const again = new Map<TaskId, number>();
  const gaps: { from: number; to: number }[] = [];
  let closedSince: number | null = null;

  function follow(stored: StoredEvent): void {
    const { event, at } = stored;
    if (event.type === 'task.queued' && (event.why === 'agent_lost' || event.why === 'stopped'))
      again.set(event.taskId, at);
    if (event.type === 'task.cancelled') again.delete(event.taskId);
    if (event.type === 'task.assigned') assigned(event, at);
  }

  function assigned({ taskId }: EventOf<'task.assigned'>, at: number): void {
    const task = journal.task(taskId);
    const since = again.get(taskId) ?? task?.queuedAt ?? null;
    again.delete(taskId);
    const waits = task && latest.get(task.priority);
    if (!waits || since === null) return;
    // Wall clocks jump.
    waits.push(Math.max(0, at - since - closedBetween(since, at)));
    if (waits.length > LATEST) waits.shift();
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

  function look(at: number): void {
    const isOpen = isGiving(journal);
    if (!isOpen) closedSince ??= at;
    if (!isOpen || closedSince === null) return;
    gaps.push({ from: closedSince, to: at });
    if (gaps.length > MOST_GAPS) gaps.shift();
    closedSince = null;
  }

  const unsubscribe = journal.subscribe((events) => {
    const last = events.at(-1);
    if (last && events.some(({ event }) => /^(queue|agent|workshop)\./.test(event.type)))
      look(last.at);
    for (const event of events) follow(event);
  });
  return {
    of: () =>
      PRIORITIES.map((priority) => summed(priority, latest.get(priority)?.toSorted(byTime) ?? [])),
    close: unsubscribe,
  };
}

function isGiving({ agents, workshop }: Pick<Journal, 'agents' | 'workshop'>): boolean {
  const { queuePaused, stopped } = workshop();
  return !queuePaused && !stopped && agents().some(({ connected }) => connected);
}

function byTime(a: number, b: number): number {
  return a - b;
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
