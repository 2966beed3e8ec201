/** The phases of an attempt as times, and the attempts of a task as a whole. Pure. */
import { PHASES, type Attempt, type Phase, type PhaseRun } from '../../../shared/domain/attempt.ts';
import { lengthOf, type Span } from './zoom.ts';

export interface PhaseBar {
  readonly phase: Phase;
  readonly run: PhaseRun | null;
  /** `null`: has not begun. */
  readonly span: Span | null;
  /** How it stands: its outcome, else `running`, `ahead`, or `cut` when the attempt ended in the middle of it. */
  readonly state: 'passed' | 'failed' | 'skipped' | 'running' | 'ahead' | 'cut';
}

/** When an attempt began to count: at its start, or while it waits for its agent, when it was assigned. */
export function beginOf(attempt: Attempt): number {
  return attempt.startedAt ?? attempt.assignedAt;
}

export function spanOf(attempt: Attempt, now: number): Span {
  const from = beginOf(attempt);
  return { from, until: Math.max(from, attempt.endedAt ?? now) };
}

/** One bar per phase, in the order of phases. */
export function barsOf(attempt: Attempt, now: number): PhaseBar[] {
  return PHASES.map((phase) => {
    const run = attempt.phases.find((candidate) => candidate.phase === phase) ?? null;
    if (!run) return { phase, run, span: null, state: 'ahead' };
    const isCut = run.endedAt === null && attempt.endedAt !== null;
    const until = run.endedAt ?? attempt.endedAt ?? now;
    const span = { from: run.startedAt, until: Math.max(run.startedAt, until) };
    return { phase, run, span, state: isCut ? 'cut' : (run.outcome ?? 'running') };
  });
}

/** The attempt that stood at a time, else the last before it, else the first. */
export function attemptAt(attempts: readonly Attempt[], at: number): Attempt | undefined {
  return attempts.findLast(({ assignedAt }) => assignedAt <= at) ?? attempts[0];
}

/** Attempts that take less than this share of everything are not seen in it. */
const LEAST_SHARE = 0.08;
/** What is over in a moment is seen as a whole in any case. */
const LONG_MS = 60_000;

/**
 * When to begin to show at first, up to the end: with the newest attempt where the waiting before it is so long that the work
 * would vanish in it. `null`: with everything.
 */
export function firstFrom(attempts: readonly Attempt[], whole: Span, now: number): number | null {
  const newest = attempts.at(-1);
  if (!newest || lengthOf(whole) < LONG_MS) return null;
  const spans = attempts.map((attempt) => spanOf(attempt, now));
  const work = spans.reduce((sum, span) => sum + lengthOf(span), 0);
  if (work >= lengthOf(whole) * LEAST_SHARE) return null;
  const rest = whole.until - newest.assignedAt;
  return newest.assignedAt - rest * 0.1;
}
