/** How placement points are drawn: one scale for all agents of an attempt. Pure. */
import type { PlacementReason } from '../../../shared/domain/attempt.ts';

/** The largest size of any one part, at least 1. */
export function scaleOfReasons(reasons: readonly PlacementReason[]): number {
  const sizes = reasons.flatMap(({ parts }) => Object.values(parts).map(Math.abs));
  return Math.max(1, ...sizes);
}

/** `3`, `2.4`, `−20`. */
export function pointsText(points: number): string {
  const size = Math.abs(points);
  const text = Number.isInteger(size) ? String(size) : size.toFixed(1);
  return points < 0 ? `−${text}` : text;
}

/** The names of all parts that any agent has points for, in the order in which they are first met. */
export function partsOf(reasons: readonly PlacementReason[]): string[] {
  return [...new Set(reasons.flatMap(({ parts }) => Object.keys(parts)))];
}
