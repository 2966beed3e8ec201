/** Follows a file of lines that another process writes. */
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../clock.ts';

const LOOK_EVERY_MS = 50;
const CHUNK = 256 * 1024;
/** A longer line is passed on in pieces: bounded memory, whatever comes. */
const LONGEST_LINE = 32 * 1024 * 1024;

export interface TailOptions {
  readonly clock: Clock;
  /** Where it begins to read, in bytes; at the beginning when left out. */
  readonly from?: number;
  readonly onLine: (line: string) => void;
  /** The file has so many bytes now. */
  readonly onGrowth: (size: number) => void;
}

/** Reads until `done` is settled and everything is read. */
export async function tailLines(
  path: string,
  done: Promise<unknown>,
  { clock, from = 0, onLine, onGrowth }: TailOptions,
): Promise<void> {
  const file = await open(path, 'r');
  const over = new AbortController();
  const settle = (): void => over.abort();
  // Whether the writer ended well is its caller's business.
  done.then(settle, settle);
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.allocUnsafe(CHUNK);
  let offset = from;
  let rest = '';
  try {
    for (;;) {
      const last = over.signal.aborted;
      const { bytesRead } = await file.read(buffer, 0, CHUNK, offset);
      if (bytesRead > 0) {
        offset += bytesRead;
        const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LONGEST_LINE) lines.push(rest.slice(0, LONGEST_LINE));
        if (rest.length > LONGEST_LINE) rest = '';
        for (const line of lines) onLine(line);
        onGrowth(offset);
      } else if (last) {
        break;
      } else {
        await pause(clock, LOOK_EVERY_MS, over.signal);
      }
    }
    if (rest !== '') onLine(rest);
  } finally {
    await file.close();
  }
}
