/** The timers: one clock for all that becomes due. Scheduled tasks, pauses before a retry. */
import type { Clock } from '../../../shared/clock.ts';
import type { EventType } from '../../../shared/domain/event.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

const PAGE = 200;
/**
 * Due times are wall clock, timers are not: a machine that slept, or whose clock was set, would be late. So while something
 * waits, look at least this often.
 */
const LONGEST_MS = 60_000;

/** After these, the next due time may be an earlier one. */
const WAKES: ReadonlySet<EventType> = new Set<EventType>([
  'task.created',
  'task.failed',
  'task.completed',
  'task.moved',
]);

export interface TimersDeps {
  readonly journal: Pick<Journal, 'submit' | 'subscribe'>;
  readonly queue: Pick<ReadyQueue, 'due' | 'nextDue'>;
  readonly clock: Clock;
}

export function startTimers({ journal, queue, clock }: TimersDeps): { close(): void } {
  let cancel: (() => void) | undefined;

  const reactor = startReactor(clock, async (closed) => {
    cancel?.();
    cancel = undefined;
    for (;;) {
      const due = queue.due(clock.now(), PAGE);
      if (due.length === 0) break;
      const done = await submitAll(
        journal,
        due.map((taskId) => ({ type: 'task.due', taskId })),
        // Without an event the task is as due as before: ask again later, not at once.
        (events) => events > 0,
      );
      if (closed() || !done) return done;
    }
    const next = queue.nextDue();
    if (next !== null)
      cancel = clock.after(Math.min(Math.max(next - clock.now(), 0), LONGEST_MS), reactor.wake);
    return true;
  });

  const unsubscribe = journal.subscribe((events) => {
    if (events.some(({ event }) => WAKES.has(event.type))) reactor.wake();
  });
  reactor.wake();
  return {
    close() {
      unsubscribe();
      reactor.close();
      cancel?.();
    },
  };
}
