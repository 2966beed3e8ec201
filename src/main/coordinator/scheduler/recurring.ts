/**
 * Recurring tasks come due: when the time of one is there, its task is made and its next time is set, in one commit, so that a
 * kill in between makes neither twice nor none. Times that passed while nobody was here are made up for by one.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { Recurring } from '../../../shared/domain/recurring.ts';
import type { Journal } from '../journal/port.ts';
import { readTimes } from './cron.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

/** As for timers: due times are wall clock, so look at least this often while one waits. */
const LONGEST_MS = 60_000;

export interface RecurringDeps {
  readonly journal: Pick<Journal, 'recurrings' | 'submit' | 'subscribe'>;
  readonly clock: Clock;
}

export function startRecurring({ journal, clock }: RecurringDeps): { close(): void } {
  let cancel: (() => void) | undefined;

  const reactor = startReactor(clock, async (closed) => {
    cancel?.();
    cancel = undefined;
    const now = clock.now();
    const due = journal.recurrings().flatMap((one) => fireOf(one, now) ?? []);
    const done = await submitAll(journal, due);
    // What is refused now, because the queue is full say, is due still: ask again later.
    if (closed() || !done || due.some(({ id }) => isDue(journal, id, now))) return false;
    const next = Math.min(...journal.recurrings().map(({ nextAt }) => nextAt ?? Infinity));
    if (next !== Infinity)
      cancel = clock.after(Math.min(Math.max(next - clock.now(), 0), LONGEST_MS), reactor.wake);
    return true;
  });

  const unsubscribe = journal.subscribe((events) => {
    if (events.some(({ event }) => event.type === 'recurring.saved')) reactor.wake();
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

function isDue(journal: RecurringDeps['journal'], id: Recurring['id'], now: number): boolean {
  const one = journal.recurrings().find((other) => other.id === id);
  return one !== undefined && fireOf(one, now) !== null;
}

type Fire = Extract<Command, { type: 'recurring.fire' }>;

/** What is to be asked for one whose time is there; `null`: it is not. */
function fireOf({ id, cron, timeZone, nextAt: at }: Recurring, now: number): Fire | null {
  if (at === null || at > now) return null;
  const times = readTimes(cron, timeZone);
  // A time zone that this build does not know any more: there is no next time.
  const nextAt = times.ok ? (times.value.next(1, now)[0] ?? null) : null;
  return { type: 'recurring.fire', id, at, nextAt };
}
