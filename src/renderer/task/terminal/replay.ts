/** How a replay goes on: from the steps in which output came, to where it stands after a while. Pure. */

/** Output up to `offset` (bytes) had come at `at` (epoch ms). Of a list, both grow. */
export interface Place {
  readonly offset: number;
  readonly at: number;
}

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;
export type Speed = (typeof SPEEDS)[number];

/** Pauses in the output are cut to this when idle time is skipped. */
export const LONGEST_IDLE_MS = 2_000;

export interface Pace {
  readonly speed: number;
  readonly skipsIdle: boolean;
}

/**
 * Where a replay that stands at `at` stands after `ms` of the watcher's time.
 * @param places from a place at or before `at` on
 */
export function advance(
  places: readonly Place[],
  at: number,
  ms: number,
  { speed, skipsIdle }: Pace,
): number {
  let left = ms * speed;
  let now = at;
  if (!skipsIdle) return now + left;
  for (let index = placeAt(places, now) + 1; ; index++) {
    const next = places[index];
    if (!next) return now + left;
    const before = places[index - 1]?.at ?? now;
    // What is left of the pause before the next output, of which only so much is worth waiting for.
    const wait = Math.max(0, Math.min(next.at, before + LONGEST_IDLE_MS) - now);
    if (wait > left) return now + left;
    left -= wait;
    now = next.at;
  }
}

/** How far the output was at a time; `null` when that is before the first place. */
export function offsetAt(places: readonly Place[], at: number): number | null {
  return places[placeAt(places, at)]?.offset ?? null;
}

/** The index of the last place at or before a time; -1: none. */
export function placeAt(places: readonly Place[], at: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
