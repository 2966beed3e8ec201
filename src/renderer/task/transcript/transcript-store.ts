/**
 * The transcript of one attempt as the window holds it: read over the live connection as it grows, told to whoever draws it once
 * a frame. Owns the watch until it is closed.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Outputs } from '../../client/outputs.ts';
import { readTranscript, type Transcript } from './reader.ts';

export interface TranscriptState extends Transcript {
  /** All of it was read, and no more will come. */
  readonly isWhole: boolean;
}

export interface TranscriptStore {
  /** It is read while somebody listens. The answer ends the calls. */
  subscribe(listener: () => void): () => void;
  get(): TranscriptState;
}

export interface TranscriptDeps {
  readonly attemptId: AttemptId;
  readonly outputs: Pick<Outputs, 'watch'>;
  readonly nextFrame: (run: () => void) => () => void;
  readonly clock: Clock;
}

export function createTranscriptStore(deps: TranscriptDeps): TranscriptStore {
  const { attemptId, outputs, nextFrame, clock } = deps;
  const listeners = new Set<() => void>();
  let state: TranscriptState = { entries: [], dropped: 0, isWhole: false };
  let stop: (() => void) | null = null;

  function start(): () => void {
    const reader = readTranscript();
    let isWhole = false;
    let cancelFrame: (() => void) | null = null;
    const changed = (): void => {
      cancelFrame ??= nextFrame(() => {
        cancelFrame = null;
        state = { ...reader.read(), isWhole };
        for (const listener of listeners) listener();
      });
    };
    const slices = inSlices(clock, (bytes) => {
      reader.push(bytes);
      changed();
    });
    const close = outputs.watch(attemptId, 'transcript', {
      onBytes: slices.take,
      onEnd: () =>
        slices.take(NO_BYTES, () => {
          reader.end();
          isWhole = true;
          changed();
        }),
    });
    return () => {
      close();
      slices.close();
      cancelFrame?.();
    };
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      stop ??= start();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
    get: () => state,
  };
}

const NO_BYTES = new Uint8Array();
/** Read at once: some lines, so that the time is looked at often enough. */
const SLICE_BYTES = 4 * 1024;
/** After so long, the window gets a turn. */
const TURN_MS = 8;

/** Pieces are read in the order in which they come, in turns; each is told of when all of it was read. */
function inSlices(clock: Clock, read: (bytes: Uint8Array) => void) {
  const queue: { bytes: Uint8Array; at: number; done(): void }[] = [];
  let cancel: (() => void) | null = null;

  function turn(): void {
    cancel = null;
    const until = clock.monotonic() + TURN_MS;
    for (let piece = queue[0]; piece; piece = queue[0]) {
      const end = Math.min(piece.at + SLICE_BYTES, piece.bytes.length);
      if (end > piece.at) read(piece.bytes.subarray(piece.at, end));
      piece.at = end;
      if (end === piece.bytes.length) {
        queue.shift();
        piece.done();
      }
      if (queue.length > 0 && clock.monotonic() >= until) {
        cancel = clock.after(0, turn);
        return;
      }
    }
  }

  return {
    take(bytes: Uint8Array, done: () => void): void {
      queue.push({ bytes, at: 0, done });
      cancel ??= clock.after(0, turn);
    },
    close(): void {
      cancel?.();
      queue.length = 0;
    },
  };
}
