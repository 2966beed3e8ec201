/**
 * A server that speaks OpenAI's API on a port of its own: the Responses API and Chat Completions (events and in one
 * piece), and the list of models. It stands in for the paid API behind a key; the programs that talk to it are the real
 * ones. Answers come from a script, faults on demand, and every request is written down with the tokens it was told.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { listenOnLoopback } from '../loopback.ts';
import {
  chatEvents,
  chatJson,
  failureEvent,
  responseEvents,
  responseJson,
  sendJson,
  type Counts,
  type Reply,
} from './openai-api-answers.ts';
import { REFUSALS, type Fault, type Refusal } from './openai-api-faults.ts';
import { answerOf, saying, type Script, type Turn } from './openai-api-script.ts';

/** A request for an answer of a model. */
export interface Call {
  readonly kind: 'responses' | 'chat';
  readonly model: string;
  /** As it was shown, without `Bearer`. */
  readonly key: string;
  readonly stream: boolean;
  /** Whether it offered tools: programs also ask for titles and the like. */
  readonly tools: boolean;
  readonly status: number;
  /** What the answer said it came to, as Koubou counts (input without what was cached); `null`: it did not say. */
  readonly usage: {
    readonly inputTokens: number;
    readonly cachedInputTokens: number;
    readonly outputTokens: number;
  } | null;
}

export interface OpenAiApi {
  /** Without `/v1`. */
  readonly url: string;
  /** Those that are accepted; all while it is empty. */
  readonly keys: Set<string>;
  /** In the order in which they came. */
  readonly calls: readonly Call[];
  /** Sent with every answer, on top of the rate-limit headers that OpenAI sends. */
  readonly headers: Record<string, string>;
  /** What the next calls meet instead of an answer (`null`: nothing, any more). */
  fail(fault: Fault | null, times?: number): void;
  /** From now on. */
  follow(script: Script): void;
  /** Resolves when that many calls have come in all. */
  called(count: number): Promise<void>;
  close(): Promise<void>;
}

interface State {
  script: Script;
  fault: Fault | null;
  times: number;
  serial: number;
  readonly keys: Set<string>;
  readonly calls: Call[];
  readonly headers: Record<string, string>;
  readonly news: EventEmitter;
}

/** Starts the server on 127.0.0.1. `script` is asked once per request that offers tools; others are answered `ok`. */
export async function startOpenAiApi(script: Script = saying('Hello.')): Promise<OpenAiApi> {
  const state: State = {
    script,
    fault: null,
    times: 0,
    serial: 0,
    keys: new Set(),
    calls: [],
    headers: {},
    news: new EventEmitter(),
  };
  const server = createServer((req, res) => {
    answer(req, res, state).catch((error: unknown) => {
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { error: { message: `the test server: ${String(error)}` } });
    });
  });
  // Codex asks for a web socket first, and takes this for "not here".
  server.on('upgrade', (_, socket) => {
    socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    keys: state.keys,
    calls: state.calls,
    headers: state.headers,
    fail(fault, times = Infinity) {
      state.fault = fault;
      state.times = times;
    },
    follow(next) {
      state.script = next;
    },
    async called(count) {
      while (state.calls.length < count) await once(state.news, 'call');
    },
    close,
  };
}

const RATE_LIMITS = {
  'x-ratelimit-limit-requests': '60',
  'x-ratelimit-remaining-requests': '59',
  'x-ratelimit-reset-requests': '1s',
  'x-ratelimit-limit-tokens': '150000',
  'x-ratelimit-remaining-tokens': '149984',
  'x-ratelimit-reset-tokens': '6m0s',
};
const MODELS = ['gpt-5-codex', 'gpt-5.1', 'gpt-5-nano'];

async function answer(req: IncomingMessage, res: ServerResponse, state: State): Promise<void> {
  const packed = await buffer(req);
  const path = new URL(req.url ?? '/', 'http://localhost').pathname;
  const key = (req.headers.authorization ?? '').replace(/^Bearer /, '');
  if (req.method === 'GET' && path === '/v1/models') {
    if (!isGood(key, state)) return refuse(res, REFUSALS.wrongKey(), state);
    const data = MODELS.map((id) => ({ id, object: 'model', created: 1, owned_by: 'openai' }));
    // The second list is how Codex asks for what it may choose from.
    return sendJson(res, 200, { object: 'list', data, models: [] }, headersOf(state));
  }
  const kind = KINDS[path];
  if (req.method !== 'POST' || kind === undefined) {
    return refuse(res, { ...REFUSALS.invalid(), status: 404 }, state);
  }
  const raw = unpacked(packed, req.headers['content-encoding']);
  await answerCall(res, Body.parse(JSON.parse(raw)), { kind, key }, state);
}

const KINDS: Readonly<Record<string, Call['kind']>> = {
  '/v1/responses': 'responses',
  '/v1/chat/completions': 'chat',
};

function unpacked(body: Buffer, encoding: string | undefined): string {
  if (encoding === 'gzip') return gunzipSync(body).toString('utf8');
  if (encoding === 'zstd') return zstdDecompressSync(body).toString('utf8');
  return body.toString('utf8');
}

const Tool = z.looseObject({
  name: z.string().optional(),
  function: z.looseObject({ name: z.string() }).optional(),
  /** Of a name space. */
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
});
const Item = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  /** Codex offers them in the conversation, to newer models. */
  tools: z.array(Tool).optional(),
  content: z.unknown().optional(),
});
const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z.array(Tool).optional(),
  /** The conversation: of the Responses API, and of Chat Completions. */
  input: z.union([z.string(), z.array(Item)]).optional(),
  messages: z.array(Item).optional(),
  instructions: z.unknown().optional(),
});
type Body = z.infer<typeof Body>;

async function answerCall(
  res: ServerResponse,
  body: Body,
  { kind, key }: Pick<Call, 'kind' | 'key'>,
  state: State,
): Promise<void> {
  const tools = toolsOf(body);
  const facts = { kind, key, model: body.model, stream: body.stream === true };
  const fault = faultFor(key, state);
  const serial = ++state.serial;
  // Every answer costs something else, so that a count that is missed or taken twice shows.
  const counts: Counts = {
    input: 1_000 + 7 * serial,
    cached: 100 + serial,
    output: 40 + 3 * serial,
  };
  const usage = fault ? null : countedBy(counts);
  const status = fault?.kind === 'refuse' ? fault.status : fault?.kind === 'drop' ? 0 : 200;
  state.calls.push({ ...facts, tools: tools.length > 0, status, usage });
  state.news.emit('call');
  if (fault?.kind === 'refuse') return refuse(res, fault, state);
  const turn = turnOf(body);
  const steps = tools.length > 0 ? state.script(turn) : saying('ok')(turn);
  const reply: Reply = {
    serial,
    model: body.model,
    answer: answerOf(steps, tools, turn),
    counts,
  };
  if (fault) return misbehave(res, fault, kind, reply, state);
  if (body.stream !== true) {
    const json = kind === 'chat' ? chatJson(reply) : responseJson(reply);
    return sendJson(res, 200, json, headersOf(state));
  }
  res.writeHead(200, streamHeaders(state));
  for (const piece of piecesOf(kind, reply)) {
    if (!res.write(piece)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end();
}

function faultFor(key: string, state: State): Fault | null {
  if (!isGood(key, state)) return REFUSALS.wrongKey();
  if (state.times <= 0) return null;
  state.times -= 1;
  return state.fault;
}

function isGood(key: string, { keys }: State): boolean {
  return keys.size === 0 || keys.has(key);
}

function misbehave(
  res: ServerResponse,
  fault: Exclude<Fault, Refusal>,
  kind: Call['kind'],
  reply: Reply,
  state: State,
): void {
  const beginning = piecesOf(kind, reply)[0] ?? '';
  if (fault.kind === 'drop') return void res.destroy();
  if (fault.kind === 'hang' && fault.after === 'nothing') return;
  res.writeHead(200, streamHeaders(state));
  if (fault.kind === 'garbage') {
    return void res.end('data: {"neither":\n\n\u0000\u0001<html>not an event</html>\n\n');
  }
  if (fault.kind === 'fail') {
    return void res.end(beginning + failureEvent(kind, fault.code, fault.message));
  }
  // What was written is on its way before the connection goes.
  res.write(beginning, () => {
    if (fault.kind === 'stop' && fault.how === 'cut') res.destroy();
    else if (fault.kind === 'stop') res.end();
  });
}

function piecesOf(kind: Call['kind'], reply: Reply): readonly string[] {
  return kind === 'chat' ? chatEvents(reply) : responseEvents(reply);
}

function countedBy({ input, cached, output }: Counts): Call['usage'] {
  return { inputTokens: input - cached, cachedInputTokens: cached, outputTokens: output };
}

function itemsOf({ messages, input = [] }: Body): z.infer<typeof Item>[] {
  if (messages) return messages;
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input;
}

function toolsOf(body: Body): string[] {
  const offered = [body, ...itemsOf(body)].flatMap(({ tools }) => tools ?? []);
  return offered.flatMap((tool) => [
    tool.function?.name ?? tool.name ?? '',
    ...(tool.tools ?? []).map(({ name }) => name),
  ]);
}

function turnOf(body: Body): Turn {
  const items = itemsOf(body);
  const last = items.findLastIndex(({ role }) => role === 'user');
  const isResult = items
    .slice(last + 1)
    .map(({ role, type }) => role === 'tool' || type?.endsWith('_call_output'));
  const everything = JSON.stringify([body.instructions ?? '', items]);
  const cwd = /(?:[Ww]orking directory: ?|<cwd>)([^\\"\n<]+)/.exec(everything)?.[1]?.trim();
  return {
    step: isResult.filter((is, index) => is && isResult[index - 1] !== true).length,
    cwd: cwd ?? '/',
    prompt: items.map(({ role, content }) => (role === 'user' ? textOf(content) : '')).join('\n'),
    model: body.model,
  };
}

const Parts = z.array(z.looseObject({ text: z.string().optional() }));

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (Parts.safeParse(content).data ?? []).map(({ text }) => text ?? '').join('');
}

function refuse(res: ServerResponse, { status, error, headers }: Refusal, state: State): void {
  sendJson(res, status, { error }, { ...headersOf(state), ...headers });
}

function headersOf(state: State): Record<string, string> {
  return { ...RATE_LIMITS, 'x-request-id': `req_${state.serial}`, ...state.headers };
}

function streamHeaders(state: State): Record<string, string> {
  return {
    ...headersOf(state),
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
  };
}
