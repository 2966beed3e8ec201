/** Counts what an address did wrong, so that one that goes on and on is heard and written about no more for a while. */
import type { Clock } from '../../../shared/clock.ts';

export interface Limiter {
  /** One more; answers how many there were in this minute. */
  strike(address: string): number;
  isOut(address: string): boolean;
}

const WINDOW_MS = 60_000;
/** More addresses are not kept apart: a LAN has not so many. */
const MOST_ADDRESSES = 1_000;

/** @param most wrong tries of one address in a minute */
export function createLimiter(most: number, clock: Pick<Clock, 'monotonic'>): Limiter {
  const strikes = new Map<string, { since: number; count: number }>();

  function current(address: string): { since: number; count: number } | undefined {
    const entry = strikes.get(address);
    return entry && clock.monotonic() - entry.since < WINDOW_MS ? entry : undefined;
  }

  return {
    strike(address) {
      const entry = current(address) ?? { since: clock.monotonic(), count: 0 };
      entry.count += 1;
      // Entered last: the one that has been silent for longest makes room.
      strikes.delete(address);
      strikes.set(address, entry);
      const [oldest] = strikes.keys();
      if (strikes.size > MOST_ADDRESSES && oldest !== undefined) strikes.delete(oldest);
      return entry.count;
    },
    isOut: (address) => (current(address)?.count ?? 0) >= most,
  };
}
