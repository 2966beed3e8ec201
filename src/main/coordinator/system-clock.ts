/** The real clock of the coordinator process; everything else takes a `Clock`, so that tests need not wait. */
import type { Clock } from '../../shared/clock.ts';

/** The longest delay a Node timer keeps; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_MS)).unref();
    return () => clearTimeout(timer);
  },
};
