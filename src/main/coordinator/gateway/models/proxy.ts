/**
 * The model proxy, `/models/PROVIDER/v1/…`: an attempt asks models with its own key, and the account's real one is put in its
 * place here. Calls under way are cut when their attempt ends, and when the workshop is stopped.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { AgentId, AttemptId } from '../../../../shared/ids.ts';
import { shownKey } from '../../../../shared/model-http.ts';
import type { ModelCall, Provider } from '../../../../shared/models.ts';
import { carry, type Carried, type Exchange, type ExchangeDeps } from './exchange.ts';
import type { Authorize } from './keys.ts';
import type { ModelLists } from './lists.ts';
import { callOf } from './outcome.ts';
import { isHello, providerAt, wayOf } from './paths.ts';
import type { Refusal } from './port.ts';
import { plainRefusal, refusalAnswer, type RefusalAnswer } from './refusals.ts';
import { aboutRequest, MOST_BODY_BYTES, readBody } from './request-body.ts';

export interface ModelProxyDeps extends ExchangeDeps {
  readonly authorize: Authorize;
  readonly lists: ModelLists;
  /** Whether the workshop is stopped: asked with each request. */
  readonly isStopped: () => boolean;
  /** Told of each call when it is over; not of what costs nothing. */
  readonly record: (attemptId: AttemptId, call: ModelCall) => void;
  /** Told of requests that were refused for who asks, or for what. `attemptId`: the one that the key names, if any. */
  readonly onRefused: (attemptId: AttemptId | null, what: string, why: string) => void;
  readonly log: Pick<Logger, 'warn'>;
}

export interface ModelProxy {
  /** @param member the agent that a certificate has shown it to be: then only keys of its own attempts count */
  handle(request: IncomingMessage, response: ServerResponse, member?: AgentId): void;
  /** Cuts the calls of an attempt: when this returns, none of them goes on. */
  endCalls(attemptId: AttemptId): void;
  /** Cuts all calls. */
  endAll(): void;
  /** Cuts all, and waits until each is recorded. */
  close(): Promise<void>;
}

const OVER: Refusal = {
  trouble: 'refused',
  message: 'the attempt is over, and its calls with it',
  until: null,
};
const STOPPED: Refusal = {
  trouble: 'overloaded',
  message: 'the workshop is stopped: no request leaves before it goes on',
  until: null,
};

/** Why a call was cut off by us. */
class Cut extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What one attempt may have under way: a program that asks without end takes no room from the others. */
const MOST_CALLS = 64;
const MOST_BYTES = 4 * MOST_BODY_BYTES;
const TOO_MUCH = `at most ${MOST_CALLS} calls, with ${MOST_BYTES} bytes, are taken of one attempt at once`;

interface Live {
  readonly attemptId: AttemptId;
  /** Of its body, as far as it has come. */
  bytes: number;
  readonly control: AbortController;
  readonly response: ServerResponse;
}

export function createModelProxy(deps: ModelProxyDeps): ModelProxy {
  const live = new Set<Live>();
  const underWay = new Set<Promise<void>>();
  return {
    handle(request, response, member) {
      if (isHello(request.method ?? '', request.url ?? '')) return void response.end();
      const work = serve(request, response, member, { ...deps, live })
        .catch((error: unknown) => fault(request, response, error, deps))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    endCalls(attemptId) {
      for (const one of live) if (one.attemptId === attemptId) cut(one, OVER);
    },
    endAll() {
      for (const one of live) cut(one, STOPPED);
    },
    async close() {
      for (const one of live) cut(one, STOPPED);
      // Bodies that are still on their way would be waited for.
      for (const { response } of live) response.destroy();
      await Promise.all(underWay);
      deps.upstream.close();
    },
  };
}

function cut({ control, response }: Live, refusal: Refusal): void {
  control.abort(new Cut(refusal));
  // What has begun ends here, whatever still waits to be sent; what has not is refused by whoever waits.
  if (response.headersSent) response.destroy();
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  member: AgentId | undefined,
  deps: ModelProxyDeps & { readonly live: Set<Live> },
): Promise<void> {
  const startedAt = deps.clock.monotonic();
  const begun = begin(request, member, deps);
  if ('answer' in begun) return answer(request, response, begun.answer);
  const { asker, way } = begun;
  const control = new AbortController();
  const one: Live = { attemptId: asker.attemptId, bytes: 0, control, response };
  const others = [...deps.live].filter(({ attemptId }) => attemptId === asker.attemptId);
  if (others.length >= MOST_CALLS)
    return answer(request, response, plainRefusal(way.provider, 429, TOO_MUCH));
  deps.live.add(one);
  const hungUp = (): void => {
    // A connection may also close because all was said.
    if (!response.writableEnded) control.abort(new Error('the engine hung up'));
  };
  response.once('close', hungUp);
  // Writing to an engine that is gone: its hanging up tells the same.
  response.on('error', hungUp);
  try {
    const body = await readBody(request, (bytes) => take(one, bytes, deps.live));
    if (body === null) return answer(request, response, tooMuch(way.provider, one));
    const about = await aboutRequest(body, request.headers['content-encoding']);
    const { signal } = control;
    await exchangeOf({ request, response, asker, way, body, about, signal, startedAt }, deps);
  } finally {
    response.off('close', hungUp);
    deps.live.delete(one);
  }
}

/** Whether there is room for so many bytes more of a body. */
function take(one: Live, bytes: number, live: ReadonlySet<Live>): boolean {
  one.bytes += bytes;
  let sum = 0;
  for (const other of live) if (other.attemptId === one.attemptId) sum += other.bytes;
  return one.bytes <= MOST_BODY_BYTES && sum <= MOST_BYTES;
}

function tooMuch(provider: Provider, { bytes }: Live): RefusalAnswer {
  if (bytes <= MOST_BODY_BYTES) return plainRefusal(provider, 429, TOO_MUCH);
  return plainRefusal(provider, 413, `at most ${MOST_BODY_BYTES} bytes are taken at once`);
}

function fault(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  deps: ModelProxyDeps,
): void {
  // The engine went away while it asked: nobody is left to tell.
  if (response.destroyed) return;
  deps.log.warn({ err: error }, 'a call of a model failed');
  if (response.headersSent) return void response.destroy();
  const message = 'the coordinator had an error of its own; its log has more';
  const provider = providerAt(request.url ?? '') ?? 'anthropic';
  const refusal: Refusal = { trouble: 'crashed', message, until: null };
  answer(request, response, refusalAnswer(provider, refusal, deps.clock.now()));
}

/** Who asks for what, or how it is refused. */
function begin(
  request: IncomingMessage,
  member: AgentId | undefined,
  deps: ModelProxyDeps,
): Pick<Exchange, 'asker' | 'way'> | { readonly answer: RefusalAnswer } {
  const { url = '/', method = 'GET', headers } = request;
  const provider = providerAt(url) ?? 'anthropic';
  const [path = ''] = url.split(/[?#]/, 1);
  const what = `${method} ${path.slice(0, 200)}`;
  const asker = deps.authorize(shownKey(headers), member);
  if (!asker.ok) {
    deps.onRefused(asker.error.attemptId, what, asker.error.message);
    return { answer: plainRefusal(provider, 401, asker.error.message) };
  }
  const way = wayOf(method, url);
  if (!way) {
    const message = `the gateway lets no ${what} through`;
    deps.onRefused(asker.value.attemptId, what, message);
    return { answer: plainRefusal(provider, 404, message) };
  }
  if (deps.isStopped()) return { answer: refusalAnswer(way.provider, STOPPED, deps.clock.now()) };
  return { asker: asker.value, way };
}

function answer(request: IncomingMessage, response: ServerResponse, given: RefusalAnswer): void {
  // What is still on its way is read and dropped, or the answer would not be seen over it.
  request.resume();
  response.writeHead(given.status, given.headers);
  response.end(given.body);
}

async function exchangeOf(exchange: Exchange, deps: ModelProxyDeps): Promise<void> {
  const { response, way, asker, request } = exchange;
  const key = `${way.provider} ${way.rest} ${String(request.headers['anthropic-version'] ?? '')}`;
  const isList = way.purpose === 'list';
  const fresh = isList ? deps.lists.fresh(key) : null;
  if (fresh) return answerList(response, fresh);
  const old = isList ? deps.lists.any(key) : null;
  const { call, list, refused } = await carryOrCut(exchange, deps);
  if (way.purpose === 'call') deps.record(asker.attemptId, call);
  if (list) deps.lists.keep(key, list);
  if (!refused || response.destroyed) return;
  if (old && refused.status !== 401) answerList(response, old);
  else answer(request, response, refused);
}

/** A call that was cut off, or hung up on, before there was an answer is over as well. */
async function carryOrCut(exchange: Exchange, deps: ModelProxyDeps): Promise<Carried> {
  const { signal, response, way } = exchange;
  try {
    signal.throwIfAborted();
    return await carry(exchange, deps);
  } catch (error) {
    if (!signal.aborted) throw error;
    const reason: unknown = signal.reason;
    const refusal = reason instanceof Cut ? reason.refusal : null;
    const isHeard = refusal !== null && !response.headersSent && !response.destroyed;
    const refused = isHeard ? refusalAnswer(way.provider, refusal, deps.clock.now()) : null;
    const over = { accountId: null, reading: null, waitMs: 0, firstByteMs: null };
    const seen = { status: refused?.status ?? 0, trouble: refusal?.trouble ?? null };
    return { call: callOf(exchange, deps.clock, { ...over, ...seen }), list: null, refused };
  }
}

function answerList(
  response: ServerResponse,
  { contentType, body }: { readonly contentType: string; readonly body: string },
): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
