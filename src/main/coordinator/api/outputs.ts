/** The terminals and transcripts that one client watches. The recordings hold the brake: see their port. */
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { FromClient, ToClient } from '../../../shared/protocol/client.ts';
import { encodeOutput, type Stream } from '../../../shared/protocol/output.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings, Watch } from '../terminal/port.ts';

/** Each open one may have OUTPUT_WINDOW bytes under way. */
const MOST_OPEN = 16;

export interface OutputsDeps {
  readonly journal: Pick<Journal, 'attempt'>;
  readonly recordings: Pick<Recordings, 'watch'>;
  readonly send: (message: ToClient | Uint8Array) => void;
  readonly refuse: (error: Rejection) => void;
}

type OutputMessage = Extract<FromClient, { type: `output_${string}` }>;

export interface Outputs {
  handle(message: OutputMessage): void;
  close(): void;
}

export function createOutputs({ journal, recordings, send, refuse }: OutputsDeps): Outputs {
  const watches = new Map<string, Watch>();

  function open(attemptId: AttemptId, stream: Stream, from: number): void {
    const key = `${attemptId} ${stream}`;
    if (!journal.attempt(attemptId)) {
      return refuse(rejection('not_found', `there is no attempt ${attemptId}`, { attemptId }));
    }
    // Opened again: from the new offset.
    watches.get(key)?.close();
    watches.delete(key);
    if (watches.size >= MOST_OPEN) {
      return refuse(
        rejection(
          'invalid_input',
          `at most ${MOST_OPEN} recordings are open at once; close one first`,
        ),
      );
    }
    const watch = recordings.watch(attemptId, stream, from, {
      bytes: (offset, bytes) => send(encodeOutput({ attemptId, stream, offset, bytes })),
      ended: (offset) => send({ type: 'output_end', attemptId, stream, offset }),
    });
    watches.set(key, watch);
  }

  return {
    handle(message) {
      const { attemptId, stream } = message;
      const key = `${attemptId} ${stream}`;
      switch (message.type) {
        case 'output_open':
          return open(attemptId, stream, message.from);
        case 'output_ack':
          return watches.get(key)?.acknowledge(message.offset);
        case 'output_close':
          watches.get(key)?.close();
          watches.delete(key);
      }
    },
    close() {
      for (const watch of watches.values()) watch.close();
      watches.clear();
    },
  };
}
