/** Days of the wall clock, made from the sums of hours. Pure. */
import { HOUR_MS } from '../../../shared/domain/usage.ts';
import { added, NO_AMOUNTS, type Amounts } from '../../../shared/usage.ts';

export const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;

export interface Days {
  /** Oldest first, the present day last; each begins at `at` (epoch ms). */
  readonly days: readonly { readonly at: number; readonly amounts: Amounts }[];
  readonly today: Amounts;
  /** What the days before had come to at this time of the day, on average since there is any work; `null` on the first day. */
  readonly usual: Amounts | null;
}

/** When the day of `at` began; `offset` as `Date.getTimezoneOffset` gives it: minutes from here to UTC. */
export function dayStart(at: number, offset: number): number {
  const shift = offset * MINUTE_MS;
  return Math.floor((at - shift) / DAY_MS) * DAY_MS + shift;
}

/** @param hours as many as there are since the first of these days began; an hour counts for the day in which it begins */
export function daysOf(
  hours: readonly (Amounts & { readonly hour: number })[],
  { now, offset, count }: { readonly now: number; readonly offset: number; readonly count: number },
): Days {
  const today = dayStart(now, offset);
  const first = today - (count - 1) * DAY_MS;
  const sums = Array.from({ length: count }, () => NO_AMOUNTS);
  const early = Array.from({ length: count }, () => NO_AMOUNTS);
  for (const { hour, ...amounts } of hours) {
    const at = hour * HOUR_MS;
    const index = Math.floor((at - first) / DAY_MS);
    if (index < 0 || index >= count) continue;
    sums[index] = added(sums[index] ?? NO_AMOUNTS, amounts);
    // Of the hour that the time of the day is in, as much as has passed of it.
    const passed = (now - (today - first) + index * DAY_MS - at) / HOUR_MS;
    const share = Math.min(1, Math.max(0, passed));
    early[index] = added(early[index] ?? NO_AMOUNTS, amounts, share);
  }
  const before = early.slice(0, -1);
  const begun = before.findIndex((_, index) => (sums[index] ?? NO_AMOUNTS) !== NO_AMOUNTS);
  const worked = begun < 0 ? [] : before.slice(begun);
  const total = worked.reduce((sum, one) => added(sum, one), NO_AMOUNTS);
  return {
    days: sums.map((amounts, index) => ({ at: first + index * DAY_MS, amounts })),
    today: sums.at(-1) ?? NO_AMOUNTS,
    usual: worked.length === 0 ? null : added(NO_AMOUNTS, total, 1 / worked.length),
  };
}
