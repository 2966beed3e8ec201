/** How fast something goes, from how far it was when. Pure. */

export interface Reading {
  /** Milliseconds, of any clock. */
  readonly at: number;
  readonly done: number;
}

/** Older readings say nothing about how fast it goes now. */
const WINDOW_MS = 4_000;
/** Over less time than this it would jump about. */
const LEAST_MS = 250;

/** The readings with one more, without those that are too old. One that is less than the last begins anew. */
export function withReading(readings: readonly Reading[], next: Reading): readonly Reading[] {
  const last = readings.at(-1);
  if (last && next.done < last.done) return [next];
  if (last?.done === next.done) return readings;
  return [...readings.filter(({ at }) => next.at - at <= WINDOW_MS), next];
}

/** Units a second over the readings that are kept; `null` while too little is known. */
export function speedOf(readings: readonly Reading[]): number | null {
  const [first] = readings;
  const last = readings.at(-1);
  if (!first || !last || last.at - first.at < LEAST_MS) return null;
  return ((last.done - first.done) / (last.at - first.at)) * 1_000;
}
