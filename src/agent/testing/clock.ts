/** A clock that a test moves by hand: time passes, the wall clock is set, or the machine sleeps. */
import type { MachineClock } from '../clock.ts';

export interface TestClock extends MachineClock {
  /** Time passes, and everything that is due runs, in order. */
  pass(ms: number): void;
  /** Somebody sets the wall clock. */
  set(now: number): void;
  /** The machine sleeps: timers and the monotonic clock stand still, the time since its start goes on. */
  sleep(ms: number): void;
}

export function testClock(): TestClock {
  let now = 1_700_000_000_000;
  let monotonic = 0;
  let slept = 0;
  let timers: { at: number; run: () => void }[] = [];

  function next(until: number): (() => void) | undefined {
    const [first] = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
    if (!first) return undefined;
    timers = timers.filter((timer) => timer !== first);
    now += Math.max(0, first.at - monotonic);
    monotonic = Math.max(monotonic, first.at);
    return first.run;
  }

  return {
    now: () => now,
    monotonic: () => monotonic,
    sinceBoot: () => 1_000_000 + monotonic + slept,
    after(ms, run) {
      const timer = { at: monotonic + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    pass(ms) {
      const until = monotonic + ms;
      for (let run = next(until); run; run = next(until)) run();
      now += until - monotonic;
      monotonic = until;
    },
    set(to) {
      now = to;
    },
    sleep(ms) {
      slept += ms;
      now += ms;
    },
  };
}
