/** When a failed task is tried again by itself, and when only a person can help. */
import { FAILURES, type FailureCode } from '../errors.ts';

/** Failures that are tried again: twice, so three attempts in all. */
export const RETRY_LIMIT = 2;
/** A lost machine is not the task's fault, but a task that loses five machines may be what kills them. */
export const LOSS_LIMIT = 5;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * The time of the next try (epoch ms), or `null` for none.
 * @param failures how many failures of the task counted so far, this one not included
 * @param losses how many machines it lost so far, this one not included
 */
export function retryAt(
  code: FailureCode,
  failures: number,
  losses: number,
  now: number,
): number | null {
  if (code === 'agent_lost') return losses < LOSS_LIMIT ? now : null;
  if (FAILURES[code] === 'no' || failures >= RETRY_LIMIT) return null;
  if (FAILURES[code] === 'elsewhere') return now;
  return now + Math.min(FIRST_PAUSE_MS * 4 ** failures, LONGEST_PAUSE_MS);
}
