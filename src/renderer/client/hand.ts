/** Knows whether somebody scrolls or types just now: what is not urgent waits until the hand rests. Listens to the page. */
import type { Clock } from '../../shared/clock.ts';

export interface Hand {
  /** In how many ms it will have rested if nothing more comes; 0 while it rests. */
  restsIn(): number;
}

/** So long after the last sign of it the hand rests. */
const REST_MS = 200;
const SIGNS = ['scroll', 'keydown', 'wheel'] as const;

/** @param page lives as long as the window: the listeners stay with it */
export function createHand(
  page: Pick<EventTarget, 'addEventListener'>,
  clock: Pick<Clock, 'monotonic'>,
): Hand {
  let last = -Infinity;
  const note = (): void => {
    last = clock.monotonic();
  };
  // Passive and while it goes down: also of what scrolls inside, and nothing waits for it.
  for (const sign of SIGNS) page.addEventListener(sign, note, { capture: true, passive: true });
  return { restsIn: () => Math.max(0, last + REST_MS - clock.monotonic()) };
}
