/** What the stand-in of the Messages API reads and writes: requests, messages as JSON and as events, errors. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import {
  Part,
  type ApiError,
  type Block,
  type Body,
  type Counts,
  type Fault,
  type Turn,
} from './messages-types.ts';

export function turnOf(body: Body): Turn {
  let step = 0;
  let prompt = '';
  let results = '';
  for (const { role, content } of body.messages) {
    if (role !== 'user') continue;
    const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    for (const { type, text } of parts) prompt += type === 'text' ? `${text ?? ''}\n` : '';
    const last = parts.filter(({ type }) => type === 'tool_result');
    // A session that is gone on with: what was done before its newest prompt is past.
    if (last.length === 0 && step > 0) step = 0;
    if (last.length === 0) continue;
    step += 1;
    results = last.map((part) => wordsOf('content' in part ? part.content : '')).join('\n');
  }
  const everything = JSON.stringify([body.system ?? '', body.messages]);
  // The newest: a session that is gone on with began in another tree.
  const told = [
    ...everything.matchAll(/[Ww]orking directory: ?([^\\"\n<]+?)(?: \(was |[\\"\n<])/g),
  ].at(-1);
  const cwd = told?.[1]?.trim() ?? '/';
  const tools = (body.tools ?? []).map(({ name }) => name ?? '');
  return { step, cwd, prompt, model: body.model, tools, results };
}

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = z.array(Part).safeParse(content).data ?? [];
  return parts.map(({ text }) => text ?? '').join('\n');
}

export function sendError(
  res: ServerResponse,
  { status, type, message, headers = {} }: ApiError,
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(JSON.stringify({ type: 'error', error: { type, message } }));
}

let serial = 0;

type Content =
  | { type: 'text'; text: string }
  | (Extract<Block, { type: 'tool_use' }> & { id: string });

interface Message {
  readonly content: readonly Content[];
  readonly stop_reason: string;
  readonly usage: Readonly<Record<string, number>>;
}

export function messageOf(body: Body, blocks: readonly Block[], counts: Counts): Message {
  const content = blocks.map((block) =>
    block.type === 'tool_use'
      ? { ...block, id: `toolu_${String(++serial).padStart(12, '0')}` }
      : block,
  );
  const usage = {
    input_tokens: counts.input,
    cache_creation_input_tokens: counts.cacheWrite,
    cache_read_input_tokens: counts.cacheRead,
    output_tokens: counts.output,
  };
  const message = {
    id: `msg_${++serial}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content,
    stop_reason: blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage,
  };
  return message;
}

/** @param fault spoils the answer after its beginning */
export function sendMessage(
  res: ServerResponse,
  message: Message,
  stream: boolean,
  fault: Fault | null,
): void {
  if (!stream) {
    const whole = JSON.stringify(message);
    res.writeHead(200, { 'content-type': 'application/json' });
    if (!fault) return void res.end(whole);
    res.write(whole.slice(0, whole.length / 2));
    return spoil(res, fault);
  }
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const events = eventsOf(message);
  if (!fault) {
    for (const event of events) res.write(event);
    return void res.end();
  }
  for (const event of events.slice(0, Math.ceil(events.length / 2))) res.write(event);
  spoil(res, fault);
}

function spoil(res: ServerResponse, fault: Fault): void {
  switch (fault.kind) {
    case 'garbage':
      res.end('event: content_block_delta\ndata: {"type":"content_block_del\u0000\u0007<html>\n\n');
      break;
    case 'error_in_stream': {
      const { type, message } = fault;
      res.end(eventOf('error', { error: { type, message } }));
      break;
    }
    case 'cut':
      // What was written has to be on its way before the connection goes.
      if (fault.how === 'end') res.end();
      else res.write(':\n\n', () => res.destroy());
      break;
    case 'stall':
    case 'error':
    case 'drop':
    case 'hang':
      break;
  }
}

function eventOf(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

/** Texts and inputs of tools come in several pieces. */
const PIECE = /[^]{1,40}/g;

function eventsOf(message: Message): string[] {
  const { content, stop_reason, usage } = message;
  const start = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...usage, output_tokens: 1 },
  };
  return [
    eventOf('message_start', { message: start }),
    eventOf('ping', {}),
    ...content.flatMap((block, index) => blockEvents(block, index)),
    eventOf('message_delta', {
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: usage['output_tokens'] },
    }),
    eventOf('message_stop', {}),
  ];
}

function blockEvents(block: Content, index: number): string[] {
  const isText = block.type === 'text';
  const pieces = (isText ? block.text : JSON.stringify(block.input)).match(PIECE) ?? [];
  const deltaOf = (piece: string): object =>
    isText
      ? { type: 'text_delta', text: piece }
      : { type: 'input_json_delta', partial_json: piece };
  const empty = isText ? { type: 'text', text: '' } : { ...block, input: {} };
  return [
    eventOf('content_block_start', { index, content_block: empty }),
    ...pieces.map((piece) => eventOf('content_block_delta', { index, delta: deltaOf(piece) })),
    eventOf('content_block_stop', { index }),
  ];
}
