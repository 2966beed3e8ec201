/** What charts draw: values over time or by name, made fit for so many pixels. Pure. */

/** Named as in theme.ts: the colour is `--kb-<tone>`. */
export type Tone = 'accent' | 'blue' | 'violet' | 'green' | 'amber' | 'red' | 'gray';

export interface Point {
  /** Epoch ms. */
  readonly at: number;
  /** `null`: nothing is known of this moment, and no line is drawn over it. */
  readonly value: number | null;
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** Oldest first. */
  readonly points: readonly Point[];
}

/** More than this no chart draws: finer than the pixels it has. */
const MOST_POINTS = 300;

/** At most `most` points over the same time: the mean of each piece, and `null` where nothing is known of one. */
export function thinned(points: readonly Point[], most: number = MOST_POINTS): readonly Point[] {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / most);
  const pieces: Point[] = [];
  for (let start = 0; start < points.length; start += size) {
    const piece = points.slice(start, start + size);
    const known = valuesOf(piece);
    const sum = known.reduce((total, value) => total + value, 0);
    pieces.push({
      at: piece[Math.floor(piece.length / 2)]?.at ?? 0,
      value: known.length === 0 ? null : sum / known.length,
    });
  }
  return pieces;
}

/** The point nearest to a moment; `undefined` when there is none. */
export function nearest(points: readonly Point[], at: number): Point | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const after = points[low];
  const before = points[low - 1];
  if (!after || !before) return after ?? before;
  return at - before.at <= after.at - at ? before : after;
}

export interface Summary {
  readonly latest: number;
  readonly lowest: number;
  readonly highest: number;
}

/** `null` when no value is known. */
export function summaryOf(points: readonly Point[]): Summary | null {
  const known = valuesOf(points);
  const latest = known.at(-1);
  if (latest === undefined) return null;
  return {
    latest,
    lowest: known.reduce((least, value) => Math.min(least, value), latest),
    highest: known.reduce((most, value) => Math.max(most, value), latest),
  };
}

function valuesOf(points: readonly Point[]): number[] {
  return points.flatMap(({ value }) => (value === null ? [] : [value]));
}
