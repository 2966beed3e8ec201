/**
 * Lets those who have something to show take turns, a few in each frame, and pauses for as long as that frame took: however
 * many there are, half of the page's time is left to people.
 */
import type { Clock } from '../../shared/clock.ts';

export interface Turns {
  /** Runs `take` when it is its turn. One that waits already keeps its place. */
  ask(take: () => void): void;
  /** Takes it out of the row. */
  forget(take: () => void): void;
}

export interface TurnsDeps {
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  /** Schedules a run with the next frame; the answer cancels it. */
  readonly nextFrame: (run: () => void) => () => void;
}

const AT_ONCE = 2;

export function createTurns({ clock, nextFrame }: TurnsDeps): Turns {
  const row = new Set<() => void>();
  let isUnderWay = false;

  function turn(): void {
    const began = clock.monotonic();
    for (const take of [...row].slice(0, AT_ONCE)) {
      row.delete(take);
      take();
    }
    // The screens draw in the next frame; when that is over is known in the one after it.
    nextFrame(() => nextFrame(() => clock.after(clock.monotonic() - began, next)));
  }

  function next(): void {
    isUnderWay = row.size > 0;
    if (isUnderWay) turn();
  }

  return {
    ask(take) {
      row.add(take);
      if (isUnderWay) return;
      isUnderWay = true;
      nextFrame(turn);
    },
    forget: (take) => void row.delete(take),
  };
}
