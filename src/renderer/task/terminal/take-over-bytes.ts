/**
 * The bytes of a recorded take-over, for a player. They are bounded and all there, so they are fetched once and given from
 * memory, as fast as they are digested.
 */
import { OUTPUT_FRAME_MAX } from '../../../shared/protocol/output.ts';
import type { Api } from '../../client/call.ts';
import type { Outputs } from '../../client/outputs.ts';
import type { RecordedInput } from './recorded.ts';

export function takeOverBytes(
  api: Pick<Api, 'file'>,
  input: RecordedInput,
): Pick<Outputs, 'watch'> {
  let fetched: Promise<Uint8Array | null> | null = null;

  async function all(): Promise<Uint8Array | null> {
    fetched ??= fetchAll(api, input);
    const bytes = await fetched;
    // Asked again with the next watch: the connection was lost.
    if (bytes === null) fetched = null;
    return bytes;
  }

  return {
    watch(_attemptId, _stream, { onBytes, onEnd }, from = 0) {
      let isWatched = true;
      async function give(): Promise<void> {
        const bytes = await all();
        for (let at = from; bytes && isWatched && at < bytes.length; at += OUTPUT_FRAME_MAX) {
          const piece = bytes.subarray(at, at + OUTPUT_FRAME_MAX);
          await new Promise<void>((done) => onBytes(piece, done));
        }
        if (bytes && isWatched) onEnd();
      }
      void give();
      return () => {
        isWatched = false;
      };
    },
  };
}

async function fetchAll(api: Pick<Api, 'file'>, input: RecordedInput): Promise<Uint8Array | null> {
  const answer = await api.file('tasks.terminal', { ...input, format: 'bytes' });
  return answer.ok ? new Uint8Array(await answer.value.arrayBuffer()) : null;
}
