/** What the charts of an agent show: what the coordinator remembers, and what was heard since. Pure. */
import type { VitalsPast } from '../../../shared/vitals-past.ts';
import type { Point } from '../../components/charts/series.ts';

export type Measure = Exclude<keyof VitalsPast, 'from' | 'stepMs'>;

/** One reading that came live. */
export interface Reading extends Readonly<Record<Measure, number | null>> {
  readonly at: number;
}

/** Oldest first; nothing stands twice. */
export function pointsOf(
  past: VitalsPast | null,
  live: readonly Reading[],
  measure: Measure,
): Point[] {
  const points: Point[] = [];
  if (past) {
    const values = past[measure];
    for (const [index, value] of values.entries()) {
      points.push({ at: past.from + (index + 0.5) * past.stepMs, value });
    }
    // The piece that grew when it was asked for ends in the future, and may know nothing yet.
    const last = points.at(-1);
    if (last && last.value === null) points.pop();
  }
  const known = points.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  for (const reading of live) {
    if (reading.at > known) points.push({ at: reading.at, value: reading[measure] });
  }
  return points;
}

/**
 * Since when the last values have been so, without a break; `null` when the last one is not, or when it was so all the
 * time that is known.
 */
export function heldSince(
  points: readonly Point[],
  isSo: (value: number) => boolean,
): number | null {
  let since: number | null = null;
  for (const { at, value } of points.toReversed()) {
    if (value === null) continue;
    if (!isSo(value)) return since;
    since = at;
  }
  return null;
}
