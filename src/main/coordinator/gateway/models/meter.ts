/**
 * Reads along what a model answers, over its bytes as they pass, and keeps none of them: server-sent events line by line, of
 * which only those are parsed that say something of what was used. What is the provider's own is in `anthropic-meter.ts` and
 * `openai-meter.ts`.
 */
import type { ApiError } from './classify.ts';
import { jsonOf } from './classify.ts';
import type { Tokens } from './prices.ts';

/** What was read of an answer. */
export interface Reading {
  /** As the answer names it; empty when it does not. */
  readonly model: string;
  readonly tokens: Tokens;
  /** The provider did not say all of it: it hung up before, or was hung up on. Then it is about so much. */
  readonly isEstimated: boolean;
  /** An error that came after a good beginning. */
  readonly error: ApiError | null;
  /** The answer came to its end, as the protocol has it. */
  readonly isWhole: boolean;
}

export interface Meter {
  push(bytes: Buffer): void;
  /** What was read up to now. */
  read(): Reading;
}

/** What a provider's protocol makes of single messages. */
export interface Reader {
  /** Whether an event is worth parsing, by its bytes. */
  isTelling(line: Buffer): boolean;
  /** Takes a parsed event, or a whole answer in JSON. */
  take(message: unknown): void;
  /** Bytes of events that were not parsed: what the model wrote, about. */
  passed(bytes: number): void;
  /** Of a stream: its mark of the end, when that is no JSON. */
  ended(): void;
  read(): Reading;
}

/** A whole answer, or one event of a stream: no longer one is read. */
const MOST_BYTES = 16 * 2 ** 20;
const NEWLINE = 10;
const DATA = Buffer.from('data:');
const DONE = Buffer.from('[DONE]');

/** @param contentType of the answer */
export function createMeter(contentType: string | undefined, reader: Reader): Meter {
  return /^text\/event-stream\b/i.test(contentType ?? '') ? ofEvents(reader) : ofJson(reader);
}

function ofEvents(reader: Reader): Meter {
  /** The line that has not come to its end. */
  let open: Buffer[] = [];
  let size = 0;

  function line(bytes: Buffer): void {
    if (bytes.length < DATA.length || bytes.compare(DATA, 0, DATA.length, 0, DATA.length) !== 0)
      return;
    const said = bytes.subarray(DATA.length);
    if (reader.isTelling(said)) {
      const message = jsonOf(said.toString());
      if (message !== undefined) return reader.take(message);
    }
    if (said.length < 16 && said.includes(DONE)) return reader.ended();
    reader.passed(said.length);
  }

  return {
    push(bytes) {
      let from = 0;
      for (;;) {
        const at = bytes.indexOf(NEWLINE, from);
        if (at === -1) break;
        const rest = bytes.subarray(from, at);
        if (open.length === 0) line(rest);
        else {
          if (size <= MOST_BYTES) line(Buffer.concat([...open, rest]));
          open = [];
          size = 0;
        }
        from = at + 1;
      }
      if (from >= bytes.length) return;
      size += bytes.length - from;
      if (size <= MOST_BYTES) open.push(bytes.subarray(from));
      else open = [Buffer.alloc(0)];
    },
    read: reader.read,
  };
}

function ofJson(reader: Reader): Meter {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    push(bytes) {
      size += bytes.length;
      if (size <= MOST_BYTES) parts.push(bytes);
      else parts = [];
    },
    read() {
      if (parts.length > 0) {
        const message = jsonOf(Buffer.concat(parts).toString());
        parts = [];
        if (message !== undefined) {
          reader.take(message);
          reader.ended();
        }
      }
      return reader.read();
    },
  };
}

/** What an event weighs beside the text in it, and how many bytes of text make a token, about. */
const ENVELOPE_BYTES = 100;
const BYTES_PER_TOKEN = 4;

/** Tokens in an event of so many bytes, about. */
export function tokensIn(bytes: number): number {
  return Math.max(1, Math.round((bytes - ENVELOPE_BYTES) / BYTES_PER_TOKEN));
}

/** A count in a field; 0 when it is none. */
export function countAt(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
