/** One request to Ollama, and its answer line by line as it comes (a JSON value in each). */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { z } from 'zod';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { asError, messageOf } from '../failure.ts';
import { ModelError } from './loop-model.ts';

export interface OllamaServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly signal: AbortSignal;
}

const Failure = z.looseObject({ error: z.string() });

/**
 * Yields what the server says. A model may be loaded for minutes before the first line: only the signal ends the wait.
 * @param body asked by GET without one
 * @throws ModelError; the signal's reason
 */
export async function* askOllama(
  { url, signal }: OllamaServer,
  path: string,
  body?: object,
): AsyncGenerator {
  try {
    const answer = await answerTo(`${url}${path}`, signal, body);
    const status = answer.statusCode ?? 0;
    for await (const line of linesIn(answer)) {
      if (line.trim() === '') continue;
      const value: unknown = JSON.parse(line);
      const failed = Failure.safeParse(value).data;
      if (failed) throw failureOf(status, failed.error);
      yield value;
    }
    if (status >= 400) throw failureOf(status, `it answered with status ${status}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    throw lost(url, error);
  }
}

/** Leaving off hangs up. @throws what the connection says when it is torn */
async function* linesIn(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of answer.setEncoding('utf8')) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

async function answerTo(
  url: string,
  signal: AbortSignal,
  body: object | undefined,
): Promise<IncomingMessage> {
  const open = url.startsWith('https:') ? requestHttps : requestHttp;
  const request = open(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    signal,
    // A connection of its own: none that the server has closed meanwhile.
    agent: false,
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve).on('error', reject);
  return await promise;
}

function lost(url: string, error: unknown): ModelError {
  const cause = asError(error);
  const isAbsent = 'code' in cause && cause.code === 'ECONNREFUSED';
  const message = isAbsent
    ? `no Ollama answers at ${url}. Start it on this agent (ollama serve), or say where it is (OLLAMA_HOST).`
    : `the answer broke off: ${messageOf(cause)}`;
  return new ModelError({ class: 'network', message, until: null });
}

function failureOf(status: number, message: string): ModelError {
  const kind = classOf(status, message);
  const isMissing = /not found|does not exist/i.test(message);
  return new ModelError({ class: kind, message, until: null }, isMissing ? 'engine_missing' : null);
}

function classOf(status: number, message: string): TroubleClass {
  if (/context|prompt.*too long|exceed/i.test(message)) return 'context_too_long';
  if (status === 401 || status === 403) return 'sign_in_expired';
  if (status === 429) return 'rate_limited';
  if (status === 503) return 'overloaded';
  if (/not found|does not exist|does not support/i.test(message)) return 'invalid_request';
  // In the middle of an answer, or from a runner that died.
  return status >= 500 || status === 200 ? 'crashed' : 'invalid_request';
}
