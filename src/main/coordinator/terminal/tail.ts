/** The newest bytes of a stream, in memory while someone watches: who is a little behind need not go to the disk. */

export interface Tail {
  push(bytes: Uint8Array): void;
  /** What follows an offset, up to the end of the chunk it is in; `undefined` when that is no longer kept. */
  after(offset: number): Uint8Array | undefined;
}

/** @param end offset of the first byte that will be pushed  @param most bytes kept */
export function createTail(end: number, most: number): Tail {
  const chunks: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  let next = end;
  let size = 0;
  return {
    push(bytes) {
      chunks.push({ offset: next, bytes });
      next += bytes.length;
      size += bytes.length;
      while (size > most) size -= chunks.shift()?.bytes.length ?? size;
    },
    after(offset) {
      const [first] = chunks;
      if (!first || offset < first.offset || offset >= next) return undefined;
      const chunk = chunks.findLast((one) => one.offset <= offset);
      return chunk?.bytes.subarray(offset - chunk.offset);
    },
  };
}
