/** Asks the coordinator's door for a certificate: one request, one answer, both small. */
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { z } from 'zod';
import { DoorRefusal } from '../../shared/protocol/enrol.ts';
import type { ClientTls } from './tls.ts';

/** The door said no; `message` is its own sentence. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const MOST_ANSWER = 64 * 1024;
const TIMEOUT_MS = 15_000;

/** @throws DoorError, or what the connection failed with */
export async function askDoor<T>(
  url: string,
  body: object,
  answer: z.ZodType<T>,
  tls: ClientTls,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = httpsRequest(url, { ...tls, method: 'POST', headers, agent: false, signal });
  request.once('response', resolve).once('error', reject).end(text);
  const response = await promise;
  const value = parse(await readText(response));
  if (response.statusCode === 200) return answer.parse(value);
  throw refusalIn(value) ?? new DoorError('not_now', `it answered ${response.statusCode}`);
}

/** The refusal in an answer to an upgrade request, if it has one. */
export async function refusalOf(response: IncomingMessage): Promise<DoorError | null> {
  return refusalIn(parse(await readText(response)));
}

function refusalIn(value: unknown): DoorError | null {
  const refusal = DoorRefusal.safeParse(value);
  return refusal.success
    ? new DoorError(refusal.data.error.code, refusal.data.error.message)
    : null;
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) {
    text += String(part);
    if (text.length > MOST_ANSWER) break;
  }
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
