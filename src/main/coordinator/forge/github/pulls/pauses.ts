/** When what failed at GitHub is tried again. Pure. */
import type { GitHubProblem } from '../api/problem.ts';

const SECOND = 1_000;
/** Somebody may put it right at GitHub, which nobody tells us. */
const STUCK_MS = 30 * 60 * SECOND;

/** @returns ms; `null`: a sign-in wakes it */
export function pauseAfter({ code, retryAt }: GitHubProblem, now: number): number | null {
  if (code === 'unauthorized' || code === 'not_signed_in') return null;
  if (retryAt === null) return STUCK_MS;
  return Math.max(SECOND, retryAt - now);
}

/** True when time alone does not help: a person has to do something at GitHub, or here. */
export function needsPerson({ code, retryAt }: GitHubProblem): boolean {
  return (
    retryAt === null && code !== 'unauthorized' && code !== 'not_signed_in' && code !== 'aborted'
  );
}
