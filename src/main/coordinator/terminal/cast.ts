/**
 * The lines of a terminal recording: asciicast v3 that any player shows, and that gives back the exact bytes. Pure.
 *
 *   {"version":3,"term":{"cols":120,"rows":32},…}      the header
 *   [0.012, "o", "text"]                                seconds since the event before, printed text
 *
 * Text is UTF-8, the bytes of a terminal need not be. What text cannot hold is kept in comments, which players skip:
 *
 *   # early BASE64     bytes that begin a character; its text comes with the next event
 *   # skip N           the first N bytes of the next event were early
 *   # exact BASE64     the bytes of the next event, where its text is not what was printed
 *
 * Text goes through JSON as latin1, a character per byte: JSON leaves everything beyond ASCII as it is, so that the file
 * is UTF-8 all the same. Decoded and encoded properly, colourful output took four times as long.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { TERMINAL_COLS, TERMINAL_ROWS } from '../../../shared/protocol/output.ts';

/** The size of a terminal when its recording began. */
export interface CastSize {
  readonly cols: number;
  readonly rows: number;
}

const RECORDED: CastSize = { cols: TERMINAL_COLS, rows: TERMINAL_ROWS };

/** @param now epoch ms */
export function castHeader(now: number, { cols, rows } = RECORDED): string {
  const term = { cols, rows, type: 'xterm-256color' };
  const timestamp = Math.floor(now / 1_000);
  return `${JSON.stringify({ version: 3, term, timestamp, began_ms: now })}\n`;
}

const Header = z.looseObject({ timestamp: z.number(), began_ms: z.number().optional() });

/** When the recording began, epoch ms: to the second where its header says no more. `null`: this is no header. */
export function beganOf(header: string): number | null {
  try {
    const { timestamp, began_ms: exact } = Header.parse(JSON.parse(header));
    return exact ?? timestamp * 1_000;
  } catch {
    // Damaged, or not written by us: its times cannot be told.
    return null;
  }
}

export interface EncodedCast {
  readonly lines: Buffer;
  /** False when there is no event among the lines, and so no time. */
  readonly isTimed: boolean;
  /** Begun and not finished: to be given with the next bytes. */
  readonly carry: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/**
 * @param carry what the call before left over
 * @param ms time since the event before
 */
export function encodeCast(carry: Uint8Array, bytes: Uint8Array, ms: number): EncodedCast {
  const all = carry.length === 0 ? bytes : Buffer.concat([carry, bytes]);
  const cut = all.length - begunLength(all);
  // Nothing is finished: all that came belongs to one character.
  if (cut === 0) {
    const lines = Buffer.from(`# early ${base64(bytes)}\n`);
    return { lines, isTimed: false, carry: Uint8Array.from(all) };
  }
  const body = view(all).subarray(0, cut);
  const rest = all.subarray(cut);
  const skip = carry.length === 0 ? '' : `# skip ${carry.length}\n`;
  const isText = isUtf8(body);
  const exact = isText ? '' : `# exact ${base64(body)}\n`;
  const text = isText ? body : Buffer.from(body.toString());
  const event = `[${ms / 1_000}, "o", ${JSON.stringify(text.toString('latin1'))}]\n`;
  const early = rest.length === 0 ? '' : `# early ${base64(rest)}\n`;
  return {
    lines: Buffer.from(skip + exact + event + early, 'latin1'),
    isTimed: true,
    carry: rest.length === 0 ? NOTHING : Uint8Array.from(rest),
  };
}

/** One thing that a line says. `none`: nothing of ours. */
export type CastLine =
  | { readonly kind: 'output'; readonly bytes: Buffer; readonly ms: number }
  | { readonly kind: 'early' | 'exact'; readonly bytes: Buffer }
  | { readonly kind: 'skip'; readonly count: number }
  | { readonly kind: 'none'; readonly ms: number }
  | { readonly kind: 'broken' };

const Event = z.tuple([z.number(), z.string(), z.string()]);

/** Reads a line, without its line feed. */
export function parseCastLine(line: Buffer): CastLine {
  if (line[0] === HASH) return parseComment(line.toString('latin1'));
  if (line[0] === BRACE) return { kind: 'none', ms: 0 };
  let value: unknown;
  try {
    value = JSON.parse(line.toString('latin1'));
  } catch {
    // Zeros and halves are what a power failure leaves.
    return { kind: 'broken' };
  }
  const event = Event.safeParse(value);
  if (!event.success) return { kind: 'broken' };
  const [seconds, code, text] = event.data;
  const ms = Math.round(seconds * 1_000);
  return code === 'o'
    ? { kind: 'output', bytes: Buffer.from(text, 'latin1'), ms }
    : { kind: 'none', ms };
}

const HASH = 0x23;
/** What the header begins with. */
const BRACE = 0x7b;

function parseComment(line: string): CastLine {
  const [, word = '', value = ''] = /^# (early|exact|skip) (\S+)$/.exec(line) ?? [];
  if (word === 'skip') return { kind: 'skip', count: Number(value) };
  if (word === 'early' || word === 'exact')
    return { kind: word, bytes: Buffer.from(value, 'base64') };
  return { kind: 'none', ms: 0 };
}

/** How many bytes at the end begin a character and do not finish it. */
function begunLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return byte < 0xf5 && length > back ? back : 0;
  }
  return 0;
}

function base64(bytes: Uint8Array): string {
  return view(bytes).toString('base64');
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
