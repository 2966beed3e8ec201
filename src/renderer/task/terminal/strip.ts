/** The figures of the strip below a terminal. Pure. */
import type { Attempt, Phase } from '../../../shared/domain/attempt.ts';

/** Epoch ms; `until` lies behind `from`. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Where a time lies in a span, 0 to 1. */
export function shareOf(at: number, { from, until }: Span): number {
  return Math.min(1, Math.max(0, (at - from) / (until - from)));
}

/** Steps from the left to the right of a box of 100 by 100; little shows beside much. */
export function densityPath(buckets: readonly number[]): string {
  const most = Math.log1p(Math.max(1, ...buckets));
  const width = 100 / Math.max(1, buckets.length);
  const steps = buckets.map((bytes, index) => {
    const top = 100 - (Math.log1p(bytes) / most) * 100;
    return `L${rounded(index * width)} ${rounded(top)}H${rounded((index + 1) * width)}`;
  });
  return `M0 100${steps.join('')}L100 100Z`;
}

export interface Band {
  readonly phase: Phase;
  readonly outcome: string;
  /** Percent. */
  readonly left: number;
  readonly width: number;
}

export function phaseBands({ phases, endedAt }: Attempt, span: Span, now: number): Band[] {
  return phases.flatMap(({ phase, startedAt, endedAt: phaseEnd, outcome }) => {
    const left = shareOf(startedAt, span) * 100;
    const width = shareOf(phaseEnd ?? endedAt ?? now, span) * 100 - left;
    return width > 0 ? [{ phase, outcome: outcome ?? 'running', left, width }] : [];
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
