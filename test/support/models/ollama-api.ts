/**
 * A server that speaks the HTTP API of Ollama (NDJSON) on a port of its own and answers from a script: it stands in for a
 * model that needs a graphics card.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { listenOnLoopback } from '../loopback.ts';
import type { MoveBlock } from './moves.ts';

export interface OllamaTurn {
  /** How many rounds of tool results the conversation holds: 0 on the first request. */
  readonly step: number;
  readonly cwd: string;
  /** All that the user said. */
  readonly prompt: string;
  readonly tools: readonly string[];
}

export type OllamaFault =
  | { readonly kind: 'error'; readonly status: number; readonly message: string }
  /** The connection is closed with no answer; an answer that is torn off, is no JSON, ends early, or does not go on. */
  | { readonly kind: 'drop' | 'torn' | 'garbage' | 'cut' | 'stall' }
  | { readonly kind: 'error_in_stream'; readonly message: string };

export interface OllamaOptions {
  /** Those that are there. `small:latest` when left out, which can use tools. */
  readonly models?: readonly OllamaModel[];
  /** Those that can be fetched. */
  readonly fetchable?: readonly string[];
}

export interface OllamaModel {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly context: number;
}

export interface OllamaRequest {
  readonly path: string;
  readonly body: string;
}

export interface OllamaApi {
  readonly url: string;
  readonly requests: OllamaRequest[];
  /** Tokens that answers say were used so far. */
  readonly used: { input: number; output: number };
  /** The next `times` chats end like this instead. */
  fail(fault: OllamaFault, times?: number): void;
  heal(): void;
  close(): Promise<void>;
}

const SMALL: OllamaModel = {
  name: 'small:latest',
  capabilities: ['completion', 'tools'],
  context: 131_072,
};

const Named = z.looseObject({ model: z.string() });
const Chat = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).min(1),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
  options: z.looseObject({ num_ctx: z.int().min(1) }),
});

type Script = (turn: OllamaTurn) => MoveBlock[];

interface State {
  readonly script: Script;
  readonly models: OllamaModel[];
  readonly fetchable: readonly string[];
  readonly used: { input: number; output: number };
  fault: { readonly fault: OllamaFault; left: number } | null;
}

/** Starts the server on 127.0.0.1. `script` is asked once per chat that offers tools. */
export async function startOllamaApi(
  script: Script,
  { models = [SMALL], fetchable = [] }: OllamaOptions = {},
): Promise<OllamaApi> {
  const requests: OllamaRequest[] = [];
  const used = { input: 0, output: 0 };
  const state: State = { script, models: [...models], fetchable, used, fault: null };
  const server = createServer((req, res) => {
    answer(req, res, state, requests).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    requests,
    used,
    fail(fault, times = Number.POSITIVE_INFINITY) {
      state.fault = { fault, left: times };
    },
    heal() {
      state.fault = null;
    },
    close,
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  state: State,
  requests: OllamaRequest[],
): Promise<void> {
  let body = '';
  for await (const chunk of req) body += String(chunk);
  const path = req.url ?? '/';
  requests.push({ path, body });
  switch (`${req.method} ${path}`) {
    case 'GET /api/version':
      return sendJson(res, 200, { version: '0.14.0' });
    case 'GET /api/tags':
      return sendJson(res, 200, {
        models: state.models.map(({ name }) => ({ name, model: name })),
      });
    case 'POST /api/show':
      return show(res, state, body);
    case 'POST /api/pull':
      return pull(res, state, body);
    case 'POST /api/chat':
      return chat(res, state, body);
    default:
      return sendJson(res, 404, { error: `not found: ${path}` });
  }
}

function modelOf({ models }: State, named: string): OllamaModel | undefined {
  return models.find(({ name }) => name === named || name === `${named}:latest`);
}

function show(res: ServerResponse, state: State, body: string): void {
  const { model: named } = Named.parse(JSON.parse(body));
  const model = modelOf(state, named);
  if (!model) return sendJson(res, 404, { error: `model '${named}' not found` });
  const info = { 'general.architecture': 'llama', 'llama.context_length': model.context };
  sendJson(res, 200, { capabilities: model.capabilities, model_info: info });
}

const LAYER = 2_000_000_000;

function pull(res: ServerResponse, state: State, body: string): void {
  const { model: named } = Named.parse(JSON.parse(body));
  res.writeHead(200, { 'content-type': 'application/x-ndjson' });
  sendLine(res, { status: 'pulling manifest' });
  if (!state.fetchable.includes(named)) {
    sendLine(res, { error: 'pull model manifest: file does not exist' });
    return void res.end();
  }
  for (let part = 0; part <= 20; part += 1) {
    const completed = (LAYER / 20) * part;
    sendLine(res, { status: 'pulling 6a0746a1ec1a', digest: 'sha256:6a', total: LAYER, completed });
  }
  state.models.push({ ...SMALL, name: named.includes(':') ? named : `${named}:latest` });
  sendLine(res, { status: 'verifying sha256 digest' });
  sendLine(res, { status: 'success' });
  res.end();
}

function chat(res: ServerResponse, state: State, raw: string): void {
  const { fault } = state;
  const isFailing = fault !== null && fault.left > 0;
  if (isFailing) fault.left -= 1;
  if (isFailing && fault.fault.kind === 'drop') return void res.destroy();
  if (isFailing && fault.fault.kind === 'error')
    return sendJson(res, fault.fault.status, { error: fault.fault.message });
  const body = Chat.parse(JSON.parse(raw));
  const model = modelOf(state, body.model);
  if (!model) return sendJson(res, 404, { error: `model '${body.model}' not found` });
  const blocks: MoveBlock[] =
    body.tools.length > 0 ? state.script(turnOf(body)) : [{ type: 'text', text: 'A summary.' }];
  res.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const say = (message: object): void =>
    sendLine(res, { model: body.model, created_at: '2026-01-01T00:00:00Z', message, done: false });
  for (const block of blocks) {
    if (block.type === 'text') {
      for (const piece of block.text.match(/[^]{1,40}/g) ?? [])
        say({ role: 'assistant', content: piece });
    } else {
      const call = { function: { name: block.name, arguments: block.input } };
      say({ role: 'assistant', content: '', tool_calls: [call] });
    }
  }
  if (isFailing) return spoil(res, fault.fault);
  const input = Math.min(body.options.num_ctx, Math.ceil(raw.length / 4));
  state.used.input += input;
  state.used.output += 12;
  sendLine(res, {
    model: body.model,
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: input,
    eval_count: 12,
  });
  res.end();
}

function spoil(res: ServerResponse, fault: OllamaFault): void {
  switch (fault.kind) {
    case 'torn':
      // What was written has to be on its way before the connection goes.
      res.write('\n', () => res.destroy());
      break;
    case 'garbage':
      res.end('{"message":<html>\u0000\n');
      break;
    case 'cut':
      res.end();
      break;
    case 'error_in_stream':
      sendLine(res, { error: fault.message });
      res.end();
      break;
    case 'stall':
    case 'error':
    case 'drop':
      break;
  }
}

function turnOf({ messages, tools }: z.infer<typeof Chat>): OllamaTurn {
  // The results of one round stand beside each other.
  const step = messages.filter(
    ({ role }, index) => role === 'tool' && messages[index - 1]?.role !== 'tool',
  ).length;
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  const cwd = /[Ww]orking directory: ?([^\n]+)/.exec(system)?.[1]?.trim() ?? '/';
  const names = tools.map(({ function: { name } }) => name);
  return { step, cwd, prompt: said.join('\n'), tools: names };
}

function sendLine(res: ServerResponse, value: object): void {
  res.write(`${JSON.stringify(value)}\n`);
}

function sendJson(res: ServerResponse, status: number, value: object): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(value));
}
