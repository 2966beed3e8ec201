/**
 * The output of one console that is looked at: handed to its screen when it is time, and acknowledged when the screen is done
 * with it. Owned by `consoles.ts`.
 */
import type { Clock } from '../../shared/clock.ts';
import { CONSOLE_ACK_SHARE, type ConsoleFrame } from '../../shared/protocol/console.ts';
import { createPace } from './pace.ts';

export interface ConsoleReader {
  /** `done` is called when the piece was digested. */
  onBytes(bytes: Uint8Array, done: () => void): void;
  /** What was shown before does not lead to what comes. */
  onReset(): void;
}

export interface Watched {
  /** Offset after the last byte that came. */
  readonly taken: number;
  /** Keeps what is new of a frame until it is shown; answers whether there was something new. */
  take(frame: Pick<ConsoleFrame, 'offset' | 'bytes'>): boolean;
  /** Hands to the screen all that came. */
  show(): void;
}

export interface WatchedDeps {
  readonly reader: ConsoleReader;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Everything up to `offset` was digested; so many bytes may be under way beyond it. */
  readonly acknowledge: (offset: number, window: number) => void;
}

export function createWatched({ reader, clock, acknowledge }: WatchedDeps): Watched {
  const pace = createPace();
  let waiting: Uint8Array[] = [];
  let [taken, acknowledged] = [0, 0];

  function onDigested(offset: number): void {
    const { window } = pace;
    if (offset !== taken && offset - acknowledged < window * CONSOLE_ACK_SHARE) return;
    acknowledged = offset;
    acknowledge(offset, window);
  }

  return {
    get taken() {
      return taken;
    },
    take({ offset, bytes }) {
      if (offset > taken) {
        waiting = [];
        reader.onReset();
        taken = offset;
      }
      const fresh = bytes.subarray(Math.min(bytes.length, taken - offset));
      if (fresh.length === 0) return false;
      taken += fresh.length;
      waiting.push(fresh);
      return true;
    },
    show() {
      const bytes = joined(waiting);
      waiting = [];
      if (bytes.length === 0) return;
      const end = taken;
      const from = clock.monotonic();
      reader.onBytes(bytes, () => {
        pace.digested(bytes.length, from, clock.monotonic());
        onDigested(end);
      });
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array()] = pieces;
  if (pieces.length <= 1) return first;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
