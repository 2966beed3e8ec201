/** Which number the next task gets. Pure. */
import type { Workshop } from './state.ts';

/** So many coordinators can share a queue: each makes only numbers with a remainder of its own. */
export const MOST_SITES = 64;

/** @param last the newest number that is taken, where several are given out at once */
export function nextTaskNumber(
  { site, lastTask }: Pick<Workshop, 'site' | 'lastTask'>,
  last: number = lastTask,
): number {
  if (!site) return last + 1;
  const next = last + 1;
  return next + ((((site.index - next) % MOST_SITES) + MOST_SITES) % MOST_SITES);
}
