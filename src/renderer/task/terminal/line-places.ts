/**
 * Which line of a terminal shows which byte of its recording: noted at the end of every write, in between by proportion.
 * Lines are counted from the first that was ever written, those that were dropped included. Pure.
 */

interface LinePlace {
  readonly line: number;
  readonly offset: number;
}

export interface LinePlaces {
  /** Everything up to `offset` was written when the cursor stood in `line`. */
  note(line: number, offset: number): void;
  /** Lines before this one are not held any more. */
  drop(before: number): void;
  /** Of a line that is not held any more: of the first that is. */
  offsetOf(line: number): number;
  lineOf(offset: number): number;
}

/** Closer together, places tell nothing new. */
const LEAST_LINES = 8;

/** @param from offset of the byte that the first line begins with */
export function linePlaces(from: number): LinePlaces {
  let places: LinePlace[] = [{ line: 0, offset: from }];

  /** The value of `want` where `have` is `x`, between the two places around it. */
  function between(have: keyof LinePlace, want: keyof LinePlace, x: number): number {
    const after = places.findIndex((place) => place[have] > x);
    const low = after < 0 ? places.at(-1) : places[after - 1];
    const high = after < 0 ? undefined : places[after];
    if (!low || !high) return (low ?? high)?.[want] ?? 0;
    const share = (x - low[have]) / (high[have] - low[have]);
    return Math.floor(low[want] + share * (high[want] - low[want]));
  }

  return {
    note(line, offset) {
      const last = places.at(-1);
      if (last && offset <= last.offset) return;
      const before = places.at(-2);
      // The newest place moves along until it is worth a place of its own.
      if (last && before && line - before.line < LEAST_LINES) places.pop();
      places.push({ line: Math.max(line, before?.line ?? 0, places.at(-1)?.line ?? 0), offset });
    },
    drop(before) {
      const kept = places.findLastIndex((place) => place.line <= before);
      if (kept > 0) places = places.slice(kept);
    },
    offsetOf: (line) => between('line', 'offset', line),
    lineOf: (offset) => between('offset', 'line', offset),
  };
}
