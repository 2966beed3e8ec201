/**
 * What an engine sends: read whole, because it may be sent again with another account, and looked through for the few fields
 * that admission needs. What is in no known shape passes as it is: the provider says what is wrong with it.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { jsonOf } from './classify.ts';

/** What providers take at most. */
export const MOST_BODY_BYTES = 32 * 2 ** 20;
/** Where a request does not bound what the model writes: about what one answer of an engine comes to. */
const USUAL_OUTPUT_TOKENS = 8_192;
const BYTES_PER_TOKEN = 4;

export interface AboutRequest {
  /** Empty when it names none. */
  readonly model: string;
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
}

/**
 * Rejects when the engine goes away meanwhile.
 * @param take told how long each piece is; where it answers false, there is no room for it
 * @returns `null` when there was none
 */
export async function readBody(
  request: IncomingMessage,
  take: (bytes: number) => boolean,
): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<'whole' | 'no_room'>();
  const onData = (chunk: Buffer): void => {
    if (take(chunk.length)) return void chunks.push(chunk);
    // Not destroyed: the answer goes out over the same connection.
    request.pause();
    resolve('no_room');
  };
  const onEnd = (): void => resolve('whole');
  // With listeners, because the stream's own iterator takes a tenth of the time to the first byte of an answer.
  const onClose = (): void => reject(new Error('the engine hung up before its request was whole'));
  request.on('data', onData).once('end', onEnd).once('close', onClose).on('error', reject);
  try {
    if ((await promise) === 'no_room') return null;
  } finally {
    request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', reject);
  }
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks);
}

const UNPACK: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: async (body) => await promisify(gunzip)(body, { maxOutputLength: MOST_BODY_BYTES }),
  deflate: async (body) => await promisify(inflate)(body, { maxOutputLength: MOST_BODY_BYTES }),
  br: async (body) => await promisify(brotliDecompress)(body, { maxOutputLength: MOST_BODY_BYTES }),
  zstd: async (body) => await promisify(zstdDecompress)(body, { maxOutputLength: MOST_BODY_BYTES }),
};

/** @param encoding the request's `content-encoding` */
export async function aboutRequest(
  body: Buffer,
  encoding: string | undefined,
): Promise<AboutRequest> {
  const text = await unpacked(body, encoding);
  const found = topLevel(text, WANTED);
  const model = found.get('model');
  const most = ['max_tokens', 'max_output_tokens', 'max_completion_tokens']
    .map((name) => found.get(name))
    .find((value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
  return {
    model: typeof model === 'string' ? model.slice(0, 200) : '',
    inputTokens: Math.ceil(text.length / BYTES_PER_TOKEN),
    maxOutputTokens: typeof most === 'number' ? most : USUAL_OUTPUT_TOKENS,
  };
}

const WANTED = new Set(['model', 'max_tokens', 'max_output_tokens', 'max_completion_tokens']);

async function unpacked(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const unpack = encoding === undefined ? undefined : UNPACK[encoding.toLowerCase()];
  if (!unpack) return body;
  try {
    return await unpack(body);
  } catch {
    // The provider will refuse it, in its own words.
    return body;
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
/** No single value that is wanted is longer. */
const MOST_VALUE_BYTES = 1_000;

/**
 * Values of fields of the outermost object. A conversation of megabytes is stepped over, string by string, and never built:
 * all calls of all agents come through this one thread.
 */
export function topLevel(bytes: Buffer, wanted: ReadonlySet<string>): Map<string, unknown> {
  const found = new Map<string, unknown>();
  let at = bytes.indexOf('{') + 1;
  while (at > 0 && at < bytes.length) {
    const key = bytes.indexOf(QUOTE, at);
    const afterKey = key === -1 ? -1 : afterString(bytes, key);
    const colon = afterKey === -1 ? -1 : bytes.indexOf(':', afterKey);
    if (colon === -1) break;
    const end = afterValue(bytes, colon + 1);
    const name = bytes.toString('utf8', key + 1, Math.min(afterKey - 1, key + 64));
    if (wanted.has(name) && end - colon <= MOST_VALUE_BYTES)
      found.set(name, jsonOf(bytes.toString('utf8', colon + 1, end)));
    at = end + 1;
  }
  return found;
}

/** Where the string that begins at `from` is over; -1 when it is not. */
function afterString(bytes: Buffer, from: number): number {
  for (let end = bytes.indexOf(QUOTE, from + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (bytes[end - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return -1;
}

/** Where the comma or the brace behind a value is. */
function afterValue(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      const after = afterString(bytes, at);
      if (after === -1) return bytes.length;
      at = after - 1;
    } else if (OPENING.has(byte)) {
      depth += 1;
    } else if (CLOSING.has(byte)) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (byte === COMMA && depth === 0) {
      return at;
    }
  }
  return bytes.length;
}
