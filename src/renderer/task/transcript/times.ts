/** When the entries of a transcript came: from the places whose times are known. Pure. */
import type { Entry } from '../../../shared/transcript/entry.ts';

export interface TimedPlace {
  readonly offset: number;
  readonly at: number;
}

/** Epoch ms; `null`: not known. */
export type TimeFinder = (entry: Pick<Entry, 'offset' | 'at'>) => number | null;

/** @param places oldest first: what stands from an offset on came at its time */
export function timeFinder(places: readonly TimedPlace[]): TimeFinder {
  return ({ offset, at }) => {
    if (at !== null) return at;
    const index = lastIndex(places.length, (n) => (places[n]?.offset ?? 0) <= offset);
    return places[index]?.at ?? null;
  };
}

/** The last entry that stood at a time; −1: none did yet, or times are not known. */
export function entryAt(entries: readonly Entry[], at: number, timeOf: TimeFinder): number {
  return lastIndex(entries.length, (n) => {
    const entry = entries[n];
    const time = entry ? timeOf(entry) : null;
    return time !== null && time <= at;
  });
}

/** The last of `count` for which it holds, where it holds for all before. */
function lastIndex(count: number, holds: (n: number) => boolean): number {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
