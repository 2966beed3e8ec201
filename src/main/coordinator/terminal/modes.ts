/**
 * Which modes a program has set in its terminal, as far as they change what is seen: so that a recording can be shown from its
 * middle on as it was. Read from the bytes as they come; what has no sequences costs a search and no more. Pure.
 */

/** A sum of bits; 0: as a terminal begins. */
export type Modes = number;

export const NO_MODES: Modes = 0;
/** Kept in so many bits. */
export const MODE_BITS = 3;

const BITS: Readonly<Record<string, { readonly bit: Modes; readonly isUsual: boolean }>> = {
  47: { bit: 1, isUsual: false },
  1047: { bit: 1, isUsual: false },
  1049: { bit: 1, isUsual: false },
  25: { bit: 2, isUsual: true },
  7: { bit: 4, isUsual: true },
};
const ALTERNATE = 1;

/** What sets these modes in a terminal that has none. */
export function sequenceOf(modes: Modes): string {
  return [
    ...(modes & ALTERNATE ? ['\u001b[?1049h'] : []),
    ...(modes & 2 ? ['\u001b[?25l'] : []),
    ...(modes & 4 ? ['\u001b[?7l'] : []),
  ].join('');
}

export interface ModesReader {
  readonly modes: Modes;
  /** The last sequence has begun and not ended: what follows cannot be understood without it. */
  readonly isCut: boolean;
  take(bytes: Uint8Array): void;
}

export function readModes(begin: Modes): ModesReader {
  return new Reader(begin);
}

const ESCAPE = 0x1b;
/** A sequence of modes that is longer is none. */
const LONGEST = 48;
const NOTHING = Buffer.alloc(0);

class Reader implements ModesReader {
  modes: Modes;
  #cut: Buffer = NOTHING;

  constructor(begin: Modes) {
    this.modes = begin;
  }

  get isCut(): boolean {
    return this.#cut.length > 0;
  }

  take(bytes: Uint8Array): void {
    const fresh = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const all = this.#cut.length === 0 ? fresh : Buffer.concat([this.#cut, fresh]);
    this.#cut = cutOf(all);
    if (!all.includes('\u001b[?') && !all.includes('\u001bc') && !all.includes('\u001b[!p')) return;
    // oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
    const sequences = /\u001b(?:(c)|(\[!p)|\[\?([\d;]{1,40})([hl]))/g;
    for (const [, reset, softReset, names = '', end] of all
      .toString('latin1')
      .matchAll(sequences)) {
      if (reset) this.modes = NO_MODES;
      else if (softReset) this.modes &= ALTERNATE;
      else for (const name of names.split(';')) this.#set(name, end === 'h');
    }
  }

  #set(name: string, isOn: boolean): void {
    const mode = BITS[name];
    if (!mode) return;
    this.modes = isOn === mode.isUsual ? this.modes & ~mode.bit : this.modes | mode.bit;
  }
}

/** What at the end has begun a sequence that may be one of ours. */
function cutOf(all: Buffer): Buffer {
  const end = all.subarray(-LONGEST);
  const last = end.lastIndexOf(ESCAPE);
  if (last < 0) return NOTHING;
  const rest = end.subarray(last);
  // oxlint-disable-next-line no-control-regex -- as above
  return /^\u001b(?:\[(?:!|\?[\d;]*)?)?$/.test(rest.toString('latin1'))
    ? Buffer.from(rest)
    : NOTHING;
}
