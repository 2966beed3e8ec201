/** Where the bars of an attempt's phases lie. All attempts of a task share one scale, so that they compare. Pure. */
import { PHASES, type Attempt, type Phase, type PhaseRun } from '../../../shared/domain/attempt.ts';

export interface PhaseBar {
  readonly phase: Phase;
  readonly run: PhaseRun | null;
  /** Percent of the shared scale, 0 to 100. */
  readonly left: number;
  readonly width: number;
  /** `null`: has not begun. */
  readonly durationMs: number | null;
  /** The attempt ended in the middle of it. */
  readonly isCut: boolean;
}

export interface Scale {
  readonly spanMs: number;
  readonly ticks: readonly { readonly ms: number; readonly left: number }[];
}

/** When an attempt began to count: at its start, or while it waits for its agent, when it was assigned. */
export function beginOf(attempt: Attempt): number {
  return attempt.startedAt ?? attempt.assignedAt;
}

/** How long the attempt took, or has taken until `now`. */
export function spanOf(attempt: Attempt, now: number): number {
  return Math.max(0, (attempt.endedAt ?? now) - beginOf(attempt));
}

/** A scale that all attempts fit, with two to five round steps. */
export function scaleOf(attempts: readonly Attempt[], now: number): Scale {
  const longest = Math.max(1_000, ...attempts.map((attempt) => spanOf(attempt, now)));
  const step = stepFor(longest);
  const spanMs = Math.ceil(longest / step) * step;
  const count = Math.round(spanMs / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => ({
    ms: index * step,
    left: (index / count) * 100,
  }));
  return { spanMs, ticks };
}

/** One bar per phase, in the order of phases. */
export function barsOf(attempt: Attempt, { spanMs }: Scale, now: number): PhaseBar[] {
  const begin = beginOf(attempt);
  const percent = (ms: number): number => Math.min(100, Math.max(0, (ms / spanMs) * 100));
  return PHASES.map((phase) => {
    const run = attempt.phases.find((candidate) => candidate.phase === phase) ?? null;
    if (!run) return { phase, run, left: 0, width: 0, durationMs: null, isCut: false };
    const end = run.endedAt ?? attempt.endedAt ?? now;
    const left = percent(run.startedAt - begin);
    const width = Math.max(0, percent(end - begin) - left);
    const isCut = run.endedAt === null && attempt.endedAt !== null;
    return { phase, run, left, width, durationMs: Math.max(0, end - run.startedAt), isCut };
  });
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const STEPS = [
  ...[0.2, 0.5, 1, 2, 5, 10, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 6, 12, 24].map((n) => n * HOUR),
];

/** More would not leave room for their labels. */
const MOST_STEPS = 5;

function stepFor(spanMs: number): number {
  const fitting = STEPS.find((step) => spanMs / step <= MOST_STEPS);
  return fitting ?? Math.ceil(spanMs / MOST_STEPS / (24 * HOUR)) * 24 * HOUR;
}
