/** When a pull request is looked at again although nobody told that it changed. Pure. */
import type { PullRequest } from '../../../../../shared/domain/pull.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export interface PaceFacts {
  readonly pull: PullRequest;
  /** An approval waits for GitHub to merge. */
  readonly isMerging: boolean;
  /** Since it last looked otherwise, in ms. */
  readonly stableMs: number;
}

/** @returns ms until the next look; `null`: it has ended, and none is needed */
export function paceOf({ pull, isMerging, stableMs }: PaceFacts): number | null {
  if (pull.state !== 'open') return null;
  // GitHub works it out after it was first asked.
  if (pull.mergeable === 'unknown' && stableMs < MINUTE) return 3 * SECOND;
  const isAwaited = pull.checks === 'pending' || pull.autoMerge || isMerging;
  if (isAwaited) return grown(stableMs, 10 * SECOND, 2 * MINUTE);
  // Checks begin some time after a push.
  if (pull.checks === 'none' && stableMs < 5 * MINUTE) return 20 * SECOND;
  return 10 * MINUTE;
}

/** A tenth of the time for which nothing happened: what takes long is asked about more seldom. */
function grown(stableMs: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(stableMs / 10)));
}
