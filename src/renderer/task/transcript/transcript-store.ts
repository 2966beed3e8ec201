/**
 * The transcript of one attempt as the window holds it: read over the live connection as it grows, told to whoever draws it once
 * a frame. Owns the watch until it is closed.
 */
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
}

export function createTranscriptStore(deps: TranscriptDeps): TranscriptStore {
  const { attemptId, outputs, nextFrame } = deps;
  const listeners = new Set<() => void>();
  let state: TranscriptState = { entries: [], dropped: 0, isWhole: false };
  let stop: (() => void) | null = null;

  function start(): () => void {
    const reader = readTranscript();
    let isWhole = false;
    let cancel: (() => void) | null = null;
    const changed = (): void => {
      cancel ??= nextFrame(() => {
        cancel = null;
        state = { ...reader.read(), isWhole };
        for (const listener of listeners) listener();
      });
    };
    const close = outputs.watch(attemptId, 'transcript', {
      onBytes(bytes, done) {
        reader.push(bytes);
        changed();
        done();
      },
      onEnd() {
        reader.end();
        isWhole = true;
        changed();
      },
    });
    return () => {
      close();
      cancel?.();
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
