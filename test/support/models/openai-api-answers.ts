/** Answers of `openai-api.ts` on the wire: the Responses API and Chat Completions, as events or in one piece. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './openai-api-script.ts';

export interface Counts {
  /** With the cached ones, as OpenAI counts. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

export interface Reply {
  /** Makes ids of this answer differ from those of others. */
  readonly serial: number;
  readonly model: string;
  readonly answer: Answer;
  readonly counts: Counts;
}

/** An answer as what is written, in order; the last pieces say that it is complete and what it cost. */
type Pieces = readonly string[];

export function responseJson({ serial, model, answer, counts }: Reply): object {
  return {
    id: `resp_${serial}`,
    object: 'response',
    created_at: 1_795_000_000,
    model,
    status: 'completed',
    output: outputOf(serial, answer),
    usage: {
      input_tokens: counts.input,
      input_tokens_details: { cached_tokens: counts.cached },
      output_tokens: counts.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: counts.input + counts.output,
    },
  };
}

export function responseEvents(reply: Reply): Pieces {
  const whole = responseJson(reply);
  const begun = { ...whole, status: 'in_progress', output: [], usage: null };
  const pieces: string[] = [];
  const event = (type: string, data: object): void => {
    const numbered = { type, sequence_number: pieces.length, ...data };
    pieces.push(`event: ${type}\ndata: ${JSON.stringify(numbered)}\n\n`);
  };
  event('response.created', { response: begun });
  for (const [index, item] of outputOf(reply.serial, reply.answer).entries()) {
    const place = { output_index: index, item_id: item.id };
    if (item.type === 'message') {
      const empty = { ...item, content: [], status: 'in_progress' };
      event('response.output_item.added', { output_index: index, item: empty });
      const part = { ...place, content_index: 0 };
      const open = { type: 'output_text', text: '', annotations: [] };
      event('response.content_part.added', { ...part, part: open });
      for (const delta of cutUp(reply.answer.text)) {
        event('response.output_text.delta', { ...part, delta });
      }
      event('response.output_text.done', { ...part, text: reply.answer.text });
      event('response.content_part.done', { ...part, part: { ...open, text: reply.answer.text } });
    } else if (item.type === 'custom_tool_call') {
      event('response.output_item.added', { output_index: index, item: { ...item, input: '' } });
    } else {
      const empty = { ...item, arguments: '', status: 'in_progress' };
      event('response.output_item.added', { output_index: index, item: empty });
      for (const delta of cutUp(item.arguments)) {
        event('response.function_call_arguments.delta', { ...place, delta });
      }
      event('response.function_call_arguments.done', { ...place, arguments: item.arguments });
    }
    event('response.output_item.done', { output_index: index, item });
  }
  event('response.completed', { response: whole });
  return pieces;
}

/** An end in the stream that is none: `response.failed`, or what Chat Completions sends for it. */
export function failureEvent(kind: 'responses' | 'chat', code: string, message: string): string {
  const error = { code, message };
  if (kind === 'chat') return `data: ${JSON.stringify({ error: { ...error, type: code } })}\n\n`;
  const response = { id: 'resp_failed', object: 'response', status: 'failed', error, output: [] };
  const data = { type: 'response.failed', sequence_number: 1, response };
  return `event: response.failed\ndata: ${JSON.stringify(data)}\n\n`;
}

type OutputItem =
  | { type: 'custom_tool_call'; id: string; call_id: string; name: string; input: string }
  | { type: 'message'; id: string; role: 'assistant'; status: string; content: object[] }
  | {
      type: 'function_call';
      id: string;
      call_id: string;
      name: string;
      arguments: string;
      status: string;
    };

function outputOf(serial: number, { text, use }: Answer): OutputItem[] {
  const items: OutputItem[] = [];
  const status = 'completed';
  if (text !== '') {
    const content = [{ type: 'output_text', text, annotations: [] }];
    items.push({ type: 'message', id: `msg_${serial}`, role: 'assistant', status, content });
  }
  if (typeof use?.input === 'string') {
    const { name, input } = use;
    const ids = { id: `ctc_${serial}`, call_id: `call_${serial}` };
    items.push({ type: 'custom_tool_call', ...ids, name, input });
  } else if (use) {
    items.push({
      type: 'function_call',
      id: `fc_${serial}`,
      call_id: `call_${serial}`,
      name: use.name,
      arguments: JSON.stringify(use.input),
      status,
    });
  }
  return items;
}

export function chatJson({ serial, model, answer: { text, use }, counts }: Reply): object {
  return {
    ...chatHead(serial, model),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' ? null : text,
          ...(use && { tool_calls: [chatCall(serial, use.name, JSON.stringify(use.input))] }),
        },
        finish_reason: use ? 'tool_calls' : 'stop',
      },
    ],
    usage: chatUsage(counts),
  };
}

export function chatEvents({ serial, model, answer: { text, use }, counts }: Reply): Pieces {
  const event = (data: object): string =>
    `data: ${JSON.stringify({ ...chatHead(serial, model), object: 'chat.completion.chunk', ...data })}\n\n`;
  const delta = (change: object): string =>
    event({ choices: [{ index: 0, delta: change, finish_reason: null }] });
  const pieces = [delta({ role: 'assistant', content: '' })];
  pieces.push(...cutUp(text).map((content) => delta({ content })));
  if (use) {
    pieces.push(delta({ tool_calls: [{ index: 0, ...chatCall(serial, use.name, '') }] }));
    const parts = cutUp(JSON.stringify(use.input));
    pieces.push(
      ...parts.map((part) => delta({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
    );
  }
  const reason = use ? 'tool_calls' : 'stop';
  pieces.push(event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] }));
  pieces.push(event({ choices: [], usage: chatUsage(counts) }), 'data: [DONE]\n\n');
  return pieces;
}

function chatHead(serial: number, model: string): object {
  return { id: `chatcmpl-${serial}`, created: 1_795_000_000, model };
}

function chatCall(serial: number, name: string, input: string): object {
  return { id: `call_${serial}`, type: 'function', function: { name, arguments: input } };
}

function chatUsage({ input, cached, output }: Counts): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

const PIECE = 16;

function cutUp(text: string): string[] {
  return text.match(new RegExp(`[^]{1,${PIECE}}`, 'g')) ?? [];
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(JSON.stringify(body));
}
