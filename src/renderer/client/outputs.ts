/**
 * Watching recordings over the live connection. A reader gets every byte once and in order, from the offset it wants, whatever
 * breaks in between; it says when it has digested a piece, and only then more is asked for.
 */
import type { AttemptId } from '../../shared/ids.ts';
import type { FromClient } from '../../shared/protocol/client.ts';
import { OUTPUT_ACK_EVERY, type Stream } from '../../shared/protocol/output.ts';
import type { OutputMessage } from './inbox.ts';

export interface OutputReader {
  /** `done` is called when the piece was digested. */
  onBytes(bytes: Uint8Array, done: () => void): void;
  /** The recording is whole and everything was given. */
  onEnd(): void;
}

export interface Outputs {
  /**
   * The answer ends the watch. There is one for each stream: a later one takes its place.
   * @param from offset of the first byte that is wanted
   */
  watch(attemptId: AttemptId, stream: Stream, reader: OutputReader, from?: number): () => void;
  /** The connection is (again) there: asks for what is missing. */
  reopen(): void;
  receive(message: OutputMessage): void;
}

interface Watch {
  readonly attemptId: AttemptId;
  readonly stream: Stream;
  readonly reader: OutputReader;
  /** Bytes taken from the wire, digested by the reader, and acknowledged. */
  taken: number;
  digested: number;
  acknowledged: number;
  /** Asked for what follows `taken`: what does not fit was sent before that was heard. */
  isAsking: boolean;
}

export function createOutputs(send: (message: FromClient) => void): Outputs {
  const watches = new Map<string, Watch>();

  function open(watch: Watch): void {
    const { attemptId, stream, taken } = watch;
    watch.isAsking = true;
    send({ type: 'output_open', attemptId, stream, from: taken });
  }

  function onDigested(watch: Watch, offset: number): void {
    if (watches.get(keyOf(watch.attemptId, watch.stream)) !== watch) return;
    watch.digested = offset;
    const isCaughtUp = watch.digested === watch.taken;
    if (!isCaughtUp && watch.digested - watch.acknowledged < OUTPUT_ACK_EVERY) return;
    watch.acknowledged = watch.digested;
    const { attemptId, stream } = watch;
    send({ type: 'output_ack', attemptId, stream, offset: watch.digested });
  }

  return {
    watch(attemptId, stream, reader, from = 0) {
      const key = keyOf(attemptId, stream);
      const counts = { taken: from, digested: from, acknowledged: from };
      const watch: Watch = { attemptId, stream, reader, ...counts, isAsking: false };
      watches.set(key, watch);
      open(watch);
      return () => {
        if (watches.get(key) !== watch) return;
        watches.delete(key);
        send({ type: 'output_close', attemptId, stream });
      };
    },
    reopen() {
      for (const watch of watches.values()) open(watch);
    },
    receive(message) {
      const { attemptId, stream } = message.type === 'bytes' ? message.frame : message;
      const watch = watches.get(keyOf(attemptId, stream));
      if (!watch) return;
      if (message.type === 'output_end') {
        // Else it ends a watch before this one, which had got further.
        if (message.offset <= watch.taken) watch.reader.onEnd();
        return;
      }
      const fresh = unseen(message.frame.offset, message.frame.bytes, watch.taken);
      if (fresh === null) {
        if (!watch.isAsking) open(watch);
        return;
      }
      watch.isAsking = false;
      if (fresh.length === 0) return;
      watch.taken += fresh.length;
      const offset = watch.taken;
      watch.reader.onBytes(fresh, () => onDigested(watch, offset));
    },
  };
}

/** What of a piece is new to a reader that has `taken` bytes; `null` when something before it is missing. */
function unseen(offset: number, bytes: Uint8Array, taken: number): Uint8Array | null {
  if (offset > taken) return null;
  return bytes.subarray(Math.min(bytes.length, taken - offset));
}

function keyOf(attemptId: AttemptId, stream: Stream): string {
  return `${attemptId} ${stream}`;
}
