/**
 * How much of a console may be under way to its screen: as much as the screen digests in a few tens of milliseconds, so that
 * what follows a key is seen soon however much is printed. Pure; the times are told by `consoles.ts`.
 */
import { CONSOLE_WINDOW, CONSOLE_WINDOW_LEAST } from '../../shared/protocol/console.ts';

export interface Pace {
  /** Bytes. */
  readonly window: number;
  /**
   * A piece is on the screen.
   * @param from when it was handed to the screen, in ms
   * @param to when the screen was done with it
   */
  digested(bytes: number, from: number, to: number): void;
}

/** Until it is known how fast the screen is. */
const FIRST_WINDOW = 16 * 1024;
/** A piece that takes longer says that too much is under way; one that takes less, that there may be more. */
const LATE_MS = 40;
const SOON_MS = 20;

export function createPace(): Pace {
  let window = FIRST_WINDOW;
  let lessenedAt = -Infinity;
  return {
    get window() {
      return window;
    },
    digested(bytes, from, to) {
      const ms = to - from;
      if (ms < SOON_MS) window = Math.min(CONSOLE_WINDOW, window + bytes);
      // Those that were on their way already say nothing new.
      if (ms <= LATE_MS || from < lessenedAt) return;
      window = Math.max(CONSOLE_WINDOW_LEAST, Math.floor(window / 2));
      lessenedAt = to;
    },
  };
}
