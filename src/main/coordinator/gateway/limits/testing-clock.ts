/** For tests: a clock whose time is that of the next thing to happen, so that a day passes in seconds. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../../shared/clock.ts';
import { createLine, type Seat } from './line.ts';

export interface VirtualClock extends Clock {
  /** Lets everything happen up to a time, in its order; what is answered in promises is answered in between. */
  runUntil(at: number): Promise<void>;
}

/** @param start epoch ms */
export function virtualClock(start: number): VirtualClock {
  const timers = createLine<() => void>();
  let at = 0;
  let number = 0;
  return {
    now: () => start + at,
    monotonic: () => at,
    after(ms, run) {
      number += 1;
      const seat: Seat<() => void> = { item: run, rank: at + Math.max(0, ms), number, place: -1 };
      timers.add(seat);
      return () => timers.remove(seat);
    },
    async runUntil(end) {
      await nextTurn();
      for (let next = timers.first(); next && next.rank <= end; next = timers.first()) {
        timers.remove(next);
        at = Math.max(at, next.rank);
        next.item();
        // Promises that became known go on; only when none is left does time.
        await nextTurn();
      }
      at = Math.max(at, end);
    },
  };
}
