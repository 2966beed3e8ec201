/** A clock that can be held: what is limited in time does not age while it stands still. */
import type { Clock } from '../../shared/clock.ts';

export interface PausableClock extends Clock {
  hold(): void;
  release(): void;
}

/** `monotonic` and `after` count only the time that it runs; `now` is the wall clock as ever. */
export function pausableClock(clock: Clock): PausableClock {
  let heldSince: number | null = null;
  let heldFor = 0;
  const monotonic = (): number => (heldSince ?? clock.monotonic()) - heldFor;

  function after(ms: number, run: () => void): () => void {
    const due = monotonic() + ms;
    let cancel = clock.after(ms, look);
    // A timer that fires while it is held, or was held meanwhile, is set again for what is left.
    function look(): void {
      const left = due - monotonic();
      if (left <= 0) run();
      else cancel = clock.after(heldSince === null ? left : Math.max(left, LOOK_MS), look);
    }
    return () => cancel();
  }

  return {
    now: () => clock.now(),
    monotonic,
    after,
    hold() {
      heldSince ??= clock.monotonic();
    },
    release() {
      if (heldSince === null) return;
      heldFor += clock.monotonic() - heldSince;
      heldSince = null;
    },
  };
}

/** How often a timer that is due soon looks whether the clock runs again. */
const LOOK_MS = 250;
