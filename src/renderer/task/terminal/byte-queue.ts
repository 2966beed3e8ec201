/** Output that came ahead of its time in a replay: pieces in order, given out up to an offset. Bounded by who sends it. */
import type { Piece } from './pieces.ts';

export interface ByteQueue {
  push(piece: Piece): void;
  /** Takes out what stands before `offset`; a piece that is cut in two is digested with its second part. */
  takeTo(offset: number): Piece[];
}

/** @param from offset of the first byte that will be pushed */
export function byteQueue(from: number): ByteQueue {
  let start = from;
  let pieces: Piece[] = [];
  return {
    push: (piece) => void pieces.push(piece),
    takeTo(offset) {
      const taken: Piece[] = [];
      let count = 0;
      for (const { bytes, done } of pieces) {
        const room = offset - start;
        if (room <= 0) break;
        if (bytes.length > room) {
          taken.push({ bytes: bytes.subarray(0, room), done: () => {} });
          pieces[count] = { bytes: bytes.subarray(room), done };
          start += room;
          break;
        }
        taken.push({ bytes, done });
        start += bytes.length;
        count += 1;
      }
      pieces = pieces.slice(count);
      return taken;
    },
  };
}
