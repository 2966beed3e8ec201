/**
 * A server that speaks the Messages API (server-sent events, tool use) on a port of its own and answers from
 * a script. It stands in for the paid API behind a key; the program that talks to it is the real one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';

export type Block =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; name: string; input: Record<string, unknown> };

export interface Turn {
  /** How many tool results the conversation holds: 0 on the first request. */
  readonly step: number;
  /** The directory the program said it works in. */
  readonly cwd: string;
  /** All text the user side has sent so far. */
  readonly prompt: string;
}

/** An answer of the API that is not a message: status and error type as documented for it. */
export interface ApiError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

export interface MessagesApi {
  readonly url: string;
  /** Keys that were presented, one per request. */
  readonly keys: string[];
  close(): Promise<void>;
}

const Content = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
]);
const Body = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  system: z.unknown(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content })),
});

/** Starts the server on 127.0.0.1. `script` is asked once per request that offers tools. */
export async function startMessagesApi(
  script: (turn: Turn) => Block[] | ApiError,
): Promise<MessagesApi> {
  const keys: string[] = [];
  const server = createServer((req, res) => {
    answer(req, res, script, keys).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    keys,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  script: (turn: Turn) => Block[] | ApiError,
  keys: string[],
): Promise<void> {
  let raw = '';
  for await (const chunk of req) raw += String(chunk);
  if (req.method === 'HEAD') return void res.writeHead(200).end();
  const url = new URL(req.url ?? '/', 'http://localhost');
  if (url.pathname !== '/v1/messages') {
    return sendError(res, { status: 404, type: 'not_found_error', message: url.pathname });
  }
  keys.push(String(req.headers['x-api-key'] ?? req.headers.authorization ?? ''));
  const body = Body.parse(JSON.parse(raw));
  const offersTools = (body.tools ?? []).some((tool) => tool.name === 'Edit');
  const reply: Block[] | ApiError = offersTools
    ? script(turnOf(body))
    : [{ type: 'text', text: 'ok' }];
  if (!Array.isArray(reply)) return sendError(res, reply);
  sendMessage(res, body.model, reply, body.stream === true);
}

function turnOf(body: z.infer<typeof Body>): Turn {
  let step = 0;
  let prompt = '';
  for (const { role, content } of body.messages) {
    if (role !== 'user') continue;
    if (typeof content === 'string') prompt += `${content}\n`;
    else {
      for (const block of content) prompt += block.type === 'text' ? `${block.text ?? ''}\n` : '';
      if (content.some((block) => block.type === 'tool_result')) step += 1;
    }
  }
  const everything = JSON.stringify([body.system ?? '', body.messages]);
  const cwd = /[Ww]orking directory: ?([^\\"\n<]+)/.exec(everything)?.[1]?.trim() ?? '/';
  return { step, cwd, prompt };
}

function sendError(res: ServerResponse, { status, type, message }: ApiError): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ type: 'error', error: { type, message } }));
}

let serial = 0;

function sendMessage(res: ServerResponse, model: string, blocks: Block[], stream: boolean): void {
  const content = blocks.map((block) =>
    block.type === 'tool_use'
      ? { ...block, id: `toolu_${String(++serial).padStart(12, '0')}` }
      : block,
  );
  const stop = blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';
  const usage = {
    input_tokens: 1_000,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 200,
    output_tokens: 50,
  };
  const message = {
    id: `msg_${++serial}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage,
  };
  if (!stream) {
    res.writeHead(200, { 'content-type': 'application/json' });
    return void res.end(JSON.stringify(message));
  }
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (type: string, data: object) =>
    res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send('message_start', { message: { ...message, content: [], stop_reason: null } });
  content.forEach((block, index) => {
    if (block.type === 'text') {
      send('content_block_start', { index, content_block: { type: 'text', text: '' } });
      send('content_block_delta', { index, delta: { type: 'text_delta', text: block.text } });
    } else {
      send('content_block_start', { index, content_block: { ...block, input: {} } });
      const json = JSON.stringify(block.input);
      send('content_block_delta', {
        index,
        delta: { type: 'input_json_delta', partial_json: json },
      });
    }
    send('content_block_stop', { index });
  });
  send('message_delta', {
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { output_tokens: 50 },
  });
  send('message_stop', {});
  res.end();
}
