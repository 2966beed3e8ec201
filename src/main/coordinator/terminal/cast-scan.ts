/**
 * Walks over the lines of a recording and adds up what they say: how many bytes were printed, when, and up to where in the
 * file it is whole. Both the replay and the recovery after a crash go through here. Pure.
 */
import { parseCastLine } from './cast.ts';
import { NO_MODES, type Modes } from './modes.ts';

/** A place in a recording where nothing is begun: scanning can start here. */
export interface CastPlace {
  /** Bytes printed before. */
  readonly offset: number;
  /** Position in the file. */
  readonly position: number;
  /** Time since the first event, in ms. */
  readonly elapsed: number;
  /** What the program had set in its terminal. */
  readonly modes: Modes;
}

export const CAST_START: CastPlace = { offset: 0, position: 0, elapsed: 0, modes: NO_MODES };

export interface CastScan {
  /** Bytes printed so far. */
  readonly offset: number;
  /** Position behind the last line that stands for itself. */
  readonly position: number;
  readonly elapsed: number;
  /** The last character was begun and not finished, with these bytes. */
  readonly carry: Uint8Array;
  /**
   * Takes the next piece of the file.
   * @returns false when a line is broken: nothing behind it counts
   */
  take(piece: Buffer, printed: (bytes: Uint8Array) => void): boolean;
}

export function scanCast(from: CastPlace): CastScan {
  return new Scan(from);
}

const NOTHING = new Uint8Array(0);
const LINE_FEED = 0x0a;

class Scan implements CastScan {
  offset: number;
  position: number;
  elapsed: number;
  carry: Uint8Array = NOTHING;
  #read: number;
  #rest: Buffer[] = [];
  #skip = 0;
  #exact: Buffer | undefined;

  constructor({ offset, position, elapsed }: CastPlace) {
    this.offset = offset;
    this.position = position;
    this.elapsed = elapsed;
    this.#read = position;
  }

  take(piece: Buffer, printed: (bytes: Uint8Array) => void): boolean {
    let at = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, at)) {
      const part = piece.subarray(at, end);
      const line = this.#rest.length === 0 ? part : Buffer.concat([...this.#rest, part]);
      this.#rest = [];
      this.#read += line.length + 1;
      at = end + 1;
      if (!this.#line(line, printed)) return false;
    }
    // The piece may be a buffer that is used again.
    if (at < piece.length) this.#rest.push(Buffer.from(piece.subarray(at)));
    return true;
  }

  #line(line: Buffer, printed: (bytes: Uint8Array) => void): boolean {
    const said = parseCastLine(line);
    switch (said.kind) {
      case 'broken':
        return false;
      case 'skip':
        this.#skip = said.count;
        return true;
      case 'exact':
        this.#exact = said.bytes;
        return true;
      case 'early':
        this.carry = Buffer.concat([this.carry, said.bytes]);
        this.#print(said.bytes, printed);
        return true;
      case 'none':
        this.elapsed += said.ms;
        this.position = this.#read;
        return true;
      case 'output': {
        const bytes = (this.#exact ?? said.bytes).subarray(this.#skip);
        this.elapsed += said.ms;
        this.#skip = 0;
        this.#exact = undefined;
        this.carry = NOTHING;
        this.#print(bytes, printed);
        return true;
      }
    }
  }

  #print(bytes: Uint8Array, printed: (bytes: Uint8Array) => void): void {
    this.offset += bytes.length;
    this.position = this.#read;
    printed(bytes);
  }
}
