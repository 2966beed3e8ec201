/** When a failed task is tried again by itself, and when only a person can help. */
import { FAILURES, type FailureCode } from '../errors.ts';
import type { Task } from './task.ts';

/** Failures that are tried again: twice, so three attempts in all. */
export const RETRY_LIMIT = 2;
/** A lost machine is not the task's fault, but a task that loses five machines may be what kills them. */
export const LOSS_LIMIT = 5;
/** A task that had its processes killed twice in a row is parked, so that it does not take one agent after the other. */
export const KILL_LIMIT = 2;

const FIRST_PAUSE_MS = 5_000;
export const LONGEST_PAUSE_MS = 15 * 60_000;
/** The longest limit that a provider has. */
export const LONGEST_PARK_MS = 7 * 24 * 60 * 60_000;
/** How often it is tried whether the surroundings (a server, a name lookup) are well again. */
const LATER_MS = 30_000;

/**
 * The time of the next try (epoch ms), or `null` for none.
 * @param counts of the task so far, this failure not included
 * @param until when the reason is over, where that is known (epoch ms)
 */
export function retryAt(
  code: FailureCode,
  { failures, losses, kills }: Pick<Task, 'failures' | 'losses' | 'kills'>,
  now: number,
  until?: number,
): number | null {
  if (code === 'agent_lost') return losses < LOSS_LIMIT ? now : null;
  if (code === 'supervisor_died') return kills + 1 < KILL_LIMIT ? now : null;
  // Queued at once; the stop itself holds it there.
  if (code === 'emergency_stopped') return now;
  const rule = FAILURES[code];
  if (rule === 'later') {
    const least = now + (code === 'engine_rate_limited' ? LONGEST_PAUSE_MS : LATER_MS);
    // However far ahead it is said to be, or long past: it is tried again within a week, and not at once.
    return until === undefined
      ? least
      : Math.min(Math.max(until, now + LATER_MS), now + LONGEST_PARK_MS);
  }
  if (rule === 'no' || failures >= RETRY_LIMIT) return null;
  if (rule === 'elsewhere') return now;
  return now + Math.min(FIRST_PAUSE_MS * 4 ** failures, LONGEST_PAUSE_MS);
}

/** How far ahead the next try after such a failure can be at most (ms). */
export function longestPause(code: FailureCode | undefined): number {
  return code !== undefined && FAILURES[code] === 'later' ? LONGEST_PARK_MS : LONGEST_PAUSE_MS;
}

/** True for failures that were not the task's fault, and after which the work in progress is simply gone on with. */
export function wasInterrupted(code: FailureCode): boolean {
  const ofDisk = code === 'agent_disk_full' || code === 'agent_read_only';
  return (
    ofDisk ||
    OF_MODELS.has(code) ||
    (FAILURES[code] === 'elsewhere' && code !== 'changes_requested')
  );
}

/** True for failures of the engine itself or of what it speaks to: another one may well do the same work. */
export function isOfEngine(code: FailureCode): boolean {
  return OF_ENGINE.has(code);
}

/** The model was not to be had: what the engine had done till then is as good as before. */
const OF_MODELS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'engine_rate_limited',
  'engine_overloaded',
  'engine_unreachable',
  'account_signed_out',
]);

const OF_ENGINE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  ...OF_MODELS,
  'engine_missing',
  'engine_not_logged_in',
  'engine_failed',
  'engine_request_invalid',
  'engine_context_too_long',
  'engine_refused',
  'engine_timed_out',
  'engine_output_limit',
]);
