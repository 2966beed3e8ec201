/**
 * The order of the queue. A priority is a head start: an urgent task counts as if it had waited a day
 * longer than it has. So waiting raises every task alike, the order of two tasks never changes while they
 * wait, one sorted index serves, and nothing starves: after a day at most, a low task beats any new one.
 */
import type { Priority } from './task.ts';

const MINUTE = 60_000;

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
