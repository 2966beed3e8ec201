/**
 * A server that speaks Anthropic's Messages API (JSON and server-sent events, tool use, models, counting) on a port of its
 * own and answers from a script. It stands in for the paid API behind a key; the programs that talk to it are the real ones.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../loopback.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { countTokens, createCache, FIXED_COUNTS } from './messages-counts.ts';
import { playFault } from './messages-faults.ts';
import { createLimits, type KeyLimits } from './messages-limits.ts';
import {
  Body,
  type ApiError,
  type Block,
  type Counts,
  type Fault,
  type Turn,
} from './messages-types.ts';
import { messageOf, sendError, sendMessage, turnOf } from './messages-wire.ts';

export type { ApiError, Block, Turn } from './messages-types.ts';

export type Script = (turn: Turn) => Block[] | ApiError;

export interface MessagesOptions {
  /** Keys that are accepted (as `x-api-key` or as bearer), each with its limits; without it, any key is, without limits. */
  readonly keys?: Readonly<Record<string, KeyLimits>>;
  /** What limits are counted by. */
  readonly clock?: Pick<Clock, 'now'>;
  /**
   * `fixed` (when left out): every call uses 1,000 tokens of input, 200 cached, 50 of output. `counted`: as long as the
   * texts are (four bytes to a token), with prompt caching as `cache_control` asks for it.
   */
  readonly counts?: 'fixed' | 'counted';
  /** Tokens that a prompt may have before it is refused as too long. */
  readonly window?: number;
  readonly models?: readonly string[];
}

/** One request, as it was answered. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** The key that was shown, `Bearer ` in front where it was shown so. */
  readonly key: string;
  readonly headers: IncomingMessage['headers'];
  /** As it was sent. */
  readonly body: string;
  /** 0: not answered with a status. */
  status: number;
  /** What the answer says was used; `null` for what is no message. */
  counts: Counts | null;
  /** True when the caller hung up before the answer was whole. */
  hungUp: boolean;
}

export interface MessagesApi {
  readonly url: string;
  /** Keys that were presented with messages, one per request. */
  readonly keys: string[];
  /** All requests in the order in which they came. */
  readonly requests: LoggedRequest[];
  /** The next `times` messages end like this instead. */
  fail(fault: Fault, times?: number): void;
  /** What `fail` set is over. */
  heal(): void;
  /** The key is refused from now on, or accepted again. */
  revoke(key: string): void;
  accept(key: string, limits?: KeyLimits): void;
  /** On everybody, whatever they wait for. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. `script` is asked once per request that offers tools to edit with, or the one that sorts tasks. */
export async function startMessagesApi(
  script: Script,
  options: MessagesOptions = {},
): Promise<MessagesApi> {
  const state = new State(script, options);
  const server = createServer((req, res) => {
    answer(req, res, state).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    keys: state.keys,
    requests: state.requests,
    fail(fault, times = Number.POSITIVE_INFINITY) {
      state.fault = { fault, left: times };
    },
    heal() {
      state.fault = null;
    },
    revoke: (key) => void state.accepted?.delete(key),
    accept: (key, limits = {}) => void state.accepted?.set(key, createLimits(limits, state.clock)),
    hangUp: () => server.closeAllConnections(),
    close,
  };
}

type Limits = ReturnType<typeof createLimits>;

class State {
  readonly script: Script;
  readonly options: MessagesOptions;
  readonly clock: Pick<Clock, 'now'>;
  readonly keys: string[] = [];
  readonly requests: LoggedRequest[] = [];
  readonly accepted: Map<string, Limits> | null;
  readonly cache = createCache();
  fault: { readonly fault: Fault; left: number } | null = null;

  constructor(script: Script, options: MessagesOptions) {
    this.script = script;
    this.options = options;
    this.clock = options.clock ?? Date;
    const keys = options.keys && Object.entries(options.keys);
    this.accepted =
      keys === undefined
        ? null
        : new Map(keys.map(([key, limits]) => [key, createLimits(limits, this.clock)]));
  }

  takeFault(): Fault | null {
    if (!this.fault || this.fault.left <= 0) return null;
    this.fault.left -= 1;
    return this.fault.fault;
  }

  count(body: Body, raw: string, key: string, blocks: readonly Block[]): Counts {
    if (this.options.counts !== 'counted') return FIXED_COUNTS;
    return { ...this.cache.count(body, raw, key), output: countTokens(JSON.stringify(blocks)) };
  }
}

const MODELS = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5'];

async function answer(req: IncomingMessage, res: ServerResponse, state: State): Promise<void> {
  let raw = '';
  for await (const chunk of req) raw += String(chunk);
  if (req.method === 'HEAD') return void res.writeHead(200).end();
  const { pathname } = new URL(req.url ?? '/', 'http://localhost');
  const shown = String(req.headers['x-api-key'] ?? req.headers.authorization ?? '');
  const logged: LoggedRequest = {
    method: req.method ?? '',
    path: pathname,
    key: shown,
    headers: req.headers,
    body: raw,
    status: 0,
    counts: null,
    hungUp: false,
  };
  state.requests.push(logged);
  res.once('close', () => {
    logged.status = res.headersSent ? res.statusCode : 0;
    logged.hungUp = !res.writableFinished;
  });
  res.setHeader('request-id', `req_${String(state.requests.length).padStart(12, '0')}`);
  const key = shown.replace(/^Bearer /, '');
  if (pathname === '/v1/messages') state.keys.push(shown);
  if (state.accepted && !state.accepted.has(key)) {
    return sendError(res, {
      status: 401,
      type: 'authentication_error',
      message: 'invalid x-api-key',
    });
  }
  if (pathname === '/v1/models' && req.method === 'GET') return sendModels(res, state);
  if (pathname === '/v1/messages/count_tokens')
    return sendJson(res, { input_tokens: countTokens(raw) });
  if (pathname !== '/v1/messages' || req.method !== 'POST')
    return sendError(res, { status: 404, type: 'not_found_error', message: pathname });
  speak(res, state, logged, { raw, key });
}

function speak(
  res: ServerResponse,
  state: State,
  logged: LoggedRequest,
  { raw, key }: { raw: string; key: string },
): void {
  const fault = state.takeFault();
  if (fault && playFault(res, fault)) return;
  const parsed = Body.safeParse(jsonOf(raw));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'invalid'}`;
    return sendError(res, { status: 400, type: 'invalid_request_error', message });
  }
  const body = parsed.data;
  const tokens = countTokens(raw);
  const { window = Number.POSITIVE_INFINITY } = state.options;
  if (tokens > window) {
    const message = `prompt is too long: ${tokens} tokens > ${window} maximum`;
    return sendError(res, { status: 400, type: 'invalid_request_error', message });
  }
  const limits = state.accepted?.get(key);
  const refusal = limits?.refuse(state.options.counts === 'counted' ? tokens : FIXED_COUNTS.input);
  if (limits) for (const [name, value] of limits.headers()) res.setHeader(name, value);
  if (refusal) return sendError(res, refusal);
  const reply = offersEditing(body)
    ? state.script(turnOf(body))
    : [{ type: 'text' as const, text: 'ok' }];
  if (!Array.isArray(reply)) return sendError(res, reply);
  logged.counts = state.count(body, raw, key, reply);
  limits?.charge(logged.counts);
  if (limits) for (const [name, value] of limits.headers()) res.setHeader(name, value);
  const message = messageOf(body, reply, logged.counts);
  sendMessage(res, message, body.stream === true, fault);
}

/** Engines ask for titles and the like besides; such requests bring no tools, or none of these. */
function offersEditing(body: Body): boolean {
  return (body.tools ?? []).some(({ name }) =>
    /^(?:edit|write|apply_patch|describe_task)$/i.test(name ?? ''),
  );
}

function sendModels(res: ServerResponse, { options: { models = MODELS } }: State): void {
  const data = models.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
  }));
  sendJson(res, { data, has_more: false, first_id: models[0], last_id: models.at(-1) });
}

function sendJson(res: ServerResponse, value: object): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  res.end(JSON.stringify(value));
}

function jsonOf(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
