/**
 * Reads along what a model answers, over its bytes as they pass, and keeps none of them: server-sent events line by line, of
 * which only those are parsed that say something of what was used. What is the provider's own is in `anthropic-meter.ts` and
 * `openai-meter.ts`.
 */
import type { ApiError } from './classify.ts';
import { jsonOf } from './classify.ts';
import type { Tokens } from '../../../../shared/model-prices.ts';

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
  /**
   * Bytes without a match are no news: most of a stream is told apart by it, many events at once. One expression, because
   * a look for each word by itself takes five times as long.
   */
  words(): RegExp;
  /** Whether an event among those with such a word is worth parsing, by its bytes. */
  isTelling(line: Buffer): boolean;
  /** Takes a parsed event, or a whole answer in JSON. */
  take(message: unknown): void;
  /** Bytes of what was not parsed: what the model wrote, in its wrappings. */
  passed(bytes: number): void;
  /** Of a stream: its mark of the end, when that is no JSON. */
  ended(): void;
  read(): Reading;
}

/** A whole answer, or one event of a stream: no longer one is read. */
const MOST_BYTES = 16 * 2 ** 20;
const NEWLINE = 10;
const TOO_LONG = Buffer.from(':');
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
    reader.passed(bytes.length);
  }

  function lines(bytes: Buffer): void {
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
      line(bytes.subarray(from, to));
      from = to + 1;
    }
  }

  function keep(bytes: Buffer): void {
    size += bytes.length;
    // One that is too long is nothing that could be parsed.
    if (size <= MOST_BYTES) open.push(bytes);
    else open = [TOO_LONG];
  }

  /** From the beginning of a line. */
  function whole(bytes: Buffer): void {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const ended = bytes.subarray(0, end);
    if (reader.words().test(ended.toString('latin1'))) lines(ended);
    else reader.passed(ended.length);
    if (end < bytes.length) keep(bytes.subarray(end));
  }

  return {
    push(bytes) {
      if (open.length === 0) return whole(bytes);
      const end = bytes.indexOf(NEWLINE) + 1;
      keep(end === 0 ? bytes : bytes.subarray(0, end));
      if (end === 0) return;
      lines(Buffer.concat(open));
      open = [];
      size = 0;
      whole(bytes.subarray(end));
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

/** A count in a field; 0 when it is none. */
export function countAt(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
