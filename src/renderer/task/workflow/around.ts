/** The part of a long list around one place. Pure. */

export interface Around<T> {
  /** How many are left out before it, and after it. */
  readonly before: number;
  readonly shown: readonly T[];
  readonly after: number;
}

/** @param at the place; -1: the beginning */
export function around<T>(all: readonly T[], at: number, most: number): Around<T> {
  const latest = Math.max(0, all.length - most);
  const before = Math.min(latest, Math.max(0, at - Math.floor(most / 2)));
  const shown = all.slice(before, before + most);
  return { before, shown, after: all.length - before - shown.length };
}
