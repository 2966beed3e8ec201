/**
 * Bulk bytes on the wire: terminal output and engine transcripts, addressed by byte offset so that any
 * break is healed by "send from N". The same binary frame serves agent → coordinator → watcher.
 *
 *   byte 0      1 (frame layout)
 *   byte 1      stream: 0 terminal, 1 transcript
 *   byte 2      length of the attempt id
 *   byte 3      0 (reserved)
 *   bytes 4-11  offset of the first byte, unsigned 64-bit big-endian
 *   then        attempt id (ASCII), then the bytes
 */
import { AttemptId } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';

export const STREAMS = ['terminal', 'transcript'] as const;
export type Stream = (typeof STREAMS)[number];

export interface OutputFrame {
  readonly attemptId: AttemptId;
  readonly stream: Stream;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Bytes a sender may have under way without acknowledgement: about ten frames at full speed. */
export const OUTPUT_WINDOW = 1024 * 1024;
/** The receiver acknowledges at least this often. */
export const OUTPUT_ACK_EVERY = 128 * 1024;
/** Largest payload of a frame. */
export const OUTPUT_FRAME_MAX = 64 * 1024;

/** The size of every recorded terminal. */
export const TERMINAL_COLS = 120;
export const TERMINAL_ROWS = 32;

const LAYOUT = 1;
const HEADER = 12;

export function encodeOutput(frame: OutputFrame): Uint8Array {
  const { attemptId, stream, offset, bytes } = frame;
  const out = new Uint8Array(HEADER + attemptId.length + bytes.length);
  out[0] = LAYOUT;
  out[1] = STREAMS.indexOf(stream);
  out[2] = attemptId.length;
  new DataView(out.buffer).setBigUint64(4, BigInt(offset));
  for (let i = 0; i < attemptId.length; i++) out[HEADER + i] = attemptId.charCodeAt(i);
  out.set(bytes, HEADER + attemptId.length);
  return out;
}

/** Reads a frame; `bytes` is a view into `data`, not a copy. */
export function decodeOutput(data: Uint8Array): Result<OutputFrame, string> {
  const stream = STREAMS[data[1] ?? -1];
  const idLength = data[2] ?? 0;
  if (data[0] !== LAYOUT || stream === undefined || data.length < HEADER + idLength) {
    return fail('not an output frame');
  }
  let id = '';
  for (let i = 0; i < idLength; i++) id += String.fromCharCode(data[HEADER + i] ?? 0);
  const attemptId = AttemptId.safeParse(id);
  if (!attemptId.success) return fail(`not an attempt id: ${JSON.stringify(id)}`);
  const offset = Number(new DataView(data.buffer, data.byteOffset).getBigUint64(4));
  if (!Number.isSafeInteger(offset)) return fail('offset out of range');
  return ok({ attemptId: attemptId.data, stream, offset, bytes: data.subarray(HEADER + idLength) });
}
