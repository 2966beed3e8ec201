/** Cuts what a script printed out of what else came on the stream: start files before it, logout files after it. */

export interface Between {
  /** Gives what of this chunk is the script's. */
  push(chunk: Buffer): Buffer;
  /** The stream is over: what was held back in case it was the end mark. */
  flush(): Buffer;
  /** The begin mark was seen. */
  hasBegun(): boolean;
  /** What follows the end mark on its line; `undefined` until that line is whole. */
  tail(): string | undefined;
  /** What came before the begin mark, the last part of it. */
  junk(): string;
}

const MOST_JUNK = 4096;
const EMPTY = Buffer.alloc(0);

export function createBetween(begin: string, end: string): Between {
  const opening = Buffer.from(`${begin}\n`);
  const closing = Buffer.from(`\n${end}`);
  let state: 'before' | 'inside' | 'after' = 'before';
  let held: Buffer = EMPTY;
  let rest: Buffer = EMPTY;
  let junk: Buffer = EMPTY;

  const inside = (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(closing);
    if (at !== -1) {
      state = 'after';
      held = EMPTY;
      rest = bytes.subarray(at + closing.length, at + closing.length + 64);
      return bytes.subarray(0, at);
    }
    const kept = overlap(bytes, closing);
    held = bytes.subarray(bytes.length - kept);
    return bytes.subarray(0, bytes.length - kept);
  };

  return {
    push(chunk) {
      if (state === 'after') {
        if (rest.length < 64) rest = Buffer.concat([rest, chunk.subarray(0, 64)]);
        return EMPTY;
      }
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (state === 'inside') return inside(bytes);
      const at = bytes.indexOf(opening);
      if (at === -1) {
        const kept = overlap(bytes, opening);
        junk = Buffer.concat([junk, bytes.subarray(0, bytes.length - kept)]).subarray(-MOST_JUNK);
        held = bytes.subarray(bytes.length - kept);
        return EMPTY;
      }
      junk = Buffer.concat([junk, bytes.subarray(0, at)]).subarray(-MOST_JUNK);
      state = 'inside';
      return inside(bytes.subarray(at + opening.length));
    },
    flush() {
      const last = state === 'inside' ? held : EMPTY;
      if (state === 'before') junk = Buffer.concat([junk, held]);
      held = EMPTY;
      return last;
    },
    hasBegun: () => state !== 'before',
    tail() {
      const line = rest.indexOf('\n');
      return state === 'after' && line !== -1 ? rest.toString('latin1', 0, line).trim() : undefined;
    },
    junk: () => junk.toString('utf8').trim(),
  };
}

/** How many bytes at the end of `bytes` may be the beginning of `mark`. */
function overlap(bytes: Buffer, mark: Buffer): number {
  for (let size = Math.min(bytes.length, mark.length - 1); size > 0; size -= 1) {
    if (bytes.subarray(bytes.length - size).equals(mark.subarray(0, size))) return size;
  }
  return 0;
}
