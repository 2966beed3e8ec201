/**
 * The order of the queue that coordinators share, which knows four levels: `rank.ts` in steps. A task that has waited as long
 * as the next higher priority is ahead at its start stands in that one's level, so nothing starves. Pure.
 */
import { HEAD_START_MS } from '../../../shared/domain/rank.ts';
import { PRIORITIES, type Priority } from '../../../shared/domain/task.ts';

/** What urgent tasks stand at, and what has waited as long. */
export const URGENT_LEVEL = 1;

/** 1, goes first, to 4. Falls while a task waits, a few times at most: offer it again then. */
export function levelAt(priority: Priority, queuedAt: number, now: number): number {
  // A clock that was put back takes nothing away.
  const ahead = HEAD_START_MS[priority] + Math.max(0, now - queuedAt);
  return 1 + PRIORITIES.findIndex((one) => ahead >= HEAD_START_MS[one]);
}
