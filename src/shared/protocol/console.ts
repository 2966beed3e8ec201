/**
 * What goes over the wire about consoles (`shared/console.ts`), between a client and the coordinator and between the
 * coordinator and an agent.
 *
 *   client            coordinator            agent
 *   (consoles.take_over) → console_open       →
 *                                          ← console_opened | console_ended
 *   console_watch     → …                                        console to client: the state, whenever it changes
 *   input bytes       → input bytes        → the terminal
 *                     ← output bytes       ← the terminal
 *   console_ack       → console_ack        →
 *   console_resize    → console_resize     →
 *   console_pen         (who writes is the coordinator's to say)
 *
 * What is under way from the terminal to whoever writes is at most a window, over all hops together: so what a Ctrl-C cuts
 * off is on the screen at once. Who reads says with each acknowledgement how large it is, by how fast the screen is just
 * now. An agent whose link broke says with `consoles_here` which it still has.
 *
 * Bytes are binary frames:
 *
 *   byte 0      2 (frame layout; `output.ts` has 1)
 *   byte 1      length of the console's id
 *   bytes 2-3   0 (reserved)
 *   bytes 4-11  offset of the first byte, unsigned 64-bit big-endian; 0 for input
 *   then        the id (ASCII), then the bytes
 */
import { z } from 'zod';
import { Console, ConsoleCols, ConsoleId, ConsoleKind, ConsoleRows, Surface } from '../console.ts';
import { AttemptId } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';

/** Protocol of agents from which on they have consoles. */
export const CONSOLE_PROTOCOL = 3;
/** Unacknowledged bytes of one console, from its terminal to its reader, unless the reader says less. */
export const CONSOLE_WINDOW = 64 * 1024;
/** The least that a reader says: about what a terminal gives at once. */
export const CONSOLE_WINDOW_LEAST = 4 * 1024;
/** A reader acknowledges whenever it read this share of the window, and when it read all. */
export const CONSOLE_ACK_SHARE = 1 / 4;
/** Largest payload of a frame, in both directions. */
export const CONSOLE_FRAME_MAX = 8 * 1024;

const id = { consoleId: ConsoleId };
const offset = z.int().min(0);
const size = { cols: ConsoleCols, rows: ConsoleRows };
/** Everything up to `offset` was read; beyond it `window` bytes may be under way, CONSOLE_WINDOW when left out. */
const read = { offset, window: z.int().min(1).optional() };

export const CONSOLE_TO_AGENT = [
  z.object({
    type: z.literal('console_open'),
    ...id,
    /** The attempt that is taken over; `null`: a console of the agent itself. */
    attempt: z.object({ attemptId: AttemptId, fence: z.int().min(1) }).nullable(),
    kind: ConsoleKind,
    by: z.string().max(200),
    ...size,
  }),
  z.object({ type: z.literal('console_resize'), ...id, ...size }),
  z.object({ type: z.literal('console_ack'), ...id, ...read }),
  z.object({ type: z.literal('console_close'), ...id, why: z.string().max(1_000) }),
] as const;

export const CONSOLE_FROM_AGENT = [
  /** What runs in it was started; its attempt stands still. */
  z.object({ type: z.literal('console_opened'), ...id }),
  /** It is no more, or never came to be. */
  z.object({
    type: z.literal('console_ended'),
    ...id,
    why: z.string().max(1_000),
    exit: z.int().nullable(),
  }),
  /** After each welcome: all that are still open. What the coordinator has of each it says with `console_ack`. */
  z.object({ type: z.literal('consoles_here'), consoles: z.array(ConsoleId).max(100) }),
] as const;

export const CONSOLE_FROM_CLIENT = [
  /** Output from `from` on, as far back as it is kept. `pen`: to write as well, if nobody does. */
  z.strictObject({
    type: z.literal('console_watch'),
    ...id,
    from: offset,
    pen: z.boolean(),
    surface: Surface,
  }),
  z.strictObject({ type: z.literal('console_unwatch'), ...id }),
  z.strictObject({ type: z.literal('console_ack'), ...id, ...read }),
  z.strictObject({ type: z.literal('console_resize'), ...id, ...size }),
  /** Takes the pen, from whoever has it. */
  z.strictObject({ type: z.literal('console_pen'), ...id }),
] as const;

export const CONSOLE_TO_CLIENT = [
  /** After a subscription all that are open; then whenever one changes. `you`: the id of the client that reads this. */
  z.strictObject({ type: z.literal('console'), console: Console, you: z.string() }),
] as const;

/** The window that an acknowledgement tells of, in bytes. */
export function windowOf({
  window = CONSOLE_WINDOW,
}: {
  readonly window?: number | undefined;
}): number {
  return Math.min(Math.max(window, CONSOLE_WINDOW_LEAST), CONSOLE_WINDOW);
}

export interface ConsoleFrame {
  readonly consoleId: ConsoleId;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const LAYOUT = 2;
const HEADER = 12;

/** Whether a binary frame is one of a console. */
export function isConsoleFrame(data: Uint8Array): boolean {
  return data[0] === LAYOUT;
}

export function encodeConsole({
  consoleId,
  offset: at,
  bytes,
}: ConsoleFrame): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(HEADER + consoleId.length + bytes.length);
  out[0] = LAYOUT;
  out[1] = consoleId.length;
  new DataView(out.buffer).setBigUint64(4, BigInt(at));
  for (let i = 0; i < consoleId.length; i++) out[HEADER + i] = consoleId.charCodeAt(i);
  out.set(bytes, HEADER + consoleId.length);
  return out;
}

/** Reads a frame; `bytes` is a view into `data`, not a copy. */
export function decodeConsole(data: Uint8Array): Result<ConsoleFrame, string> {
  const idLength = data[1] ?? 0;
  if (data[0] !== LAYOUT || data.length < HEADER + idLength)
    return fail('not a frame of a console');
  let text = '';
  for (let i = 0; i < idLength; i++) text += String.fromCharCode(data[HEADER + i] ?? 0);
  const consoleId = ConsoleId.safeParse(text);
  if (!consoleId.success) return fail(`not a console id: ${JSON.stringify(text)}`);
  const at = Number(new DataView(data.buffer, data.byteOffset).getBigUint64(4));
  if (!Number.isSafeInteger(at)) return fail('offset out of range');
  return ok({ consoleId: consoleId.data, offset: at, bytes: data.subarray(HEADER + idLength) });
}
