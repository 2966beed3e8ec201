/** Pieces of output, put together for writing. Pure. */

export interface Piece {
  readonly bytes: Uint8Array;
  /** To be called when the piece was digested. */
  done(): void;
}

/** Groups in order, none larger than `most` bytes unless a single piece is. */
export function grouped(pieces: readonly Piece[], most: number): Piece[][] {
  const groups: Piece[][] = [];
  let size = Infinity;
  for (const piece of pieces) {
    if (size + piece.bytes.length > most) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(piece);
    size += piece.bytes.length;
  }
  return groups;
}

export function joined(pieces: readonly Piece[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of pieces) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
