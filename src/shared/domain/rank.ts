/**
 * The order of the queue. A priority is a head start: an urgent task counts as if it had waited a day
 * longer than it has. So waiting raises every task alike, the order of two tasks never changes while they
 * wait, one sorted index serves, and nothing starves: after a day at most, a low task beats any new one.
 */
import type { Priority } from './task.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * How long a task of each priority is to wait at most while slots become free. The head starts serve these: where a slot comes free every
 * few seconds, the next one goes to whoever is foremost, so what counts is that nothing with a longer target stands before one with a shorter.
 * A day for urgent passes whatever a day's backlog left. High passes all normal tasks of the last three hours, normal all low ones of the last
 * hour: a longer wait than that is beyond their own targets by far, so that slots are short, and then it is the turn of those who waited.
 * A head start as short as the targets would make the order that of arrival as soon as tasks wait for minutes, which is when priorities matter.
 */
export const WAIT_TARGETS_MS: Readonly<Record<Priority, number>> = {
  urgent: SECOND,
  high: 5 * SECOND,
  normal: 30 * SECOND,
  low: 5 * MINUTE,
};

export const HEAD_START_MS: Readonly<Record<Priority, number>> = {
  urgent: 24 * 60 * MINUTE,
  high: 4 * 60 * MINUTE,
  normal: 60 * MINUTE,
  low: 0,
};

/** Lower goes first. Ties are broken by task number, so the order is total. */
export function rankOf(priority: Priority, queuedAt: number): number {
  return queuedAt - HEAD_START_MS[priority];
}
