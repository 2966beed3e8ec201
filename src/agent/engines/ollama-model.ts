/** A model of Ollama behind the port of our own loop: conversations as `/api/chat` has them. */
import { z } from 'zod';
import type { ToolSpec } from './tools/tool.ts';
import {
  ModelError,
  type Answer,
  type AnswerPart,
  type Message,
  type Model,
} from './loop-model.ts';
import { askOllama } from './ollama-http.ts';
import type { FoundModel } from './ollama-models.ts';

/** Left to itself, Ollama takes in 4,096 tokens and silently forgets the rest; more than this needs the memory of a server. */
const USUAL_WINDOW = 32_768;

export function ollamaModel(url: string, { name, context }: FoundModel): Model {
  const window = Math.min(context ?? USUAL_WINDOW, USUAL_WINDOW);
  const mostOutput = Math.floor(window / 4);
  let calls = 0;
  return {
    name,
    by: 'Ollama',
    signIn: '',
    window,
    mostOutput,
    async ask({ system, tools, messages }, listener, signal) {
      const body = {
        model: name,
        stream: true,
        messages: [{ role: 'system', content: system }, ...messages.flatMap(messagesFor)],
        ...(tools.length > 0 && { tools: tools.map(toolFor) }),
        options: { num_ctx: window, num_predict: mostOutput },
      };
      const parts: AnswerPart[] = [];
      let text = '';
      let thought = '';
      for await (const line of askOllama({ url, signal }, '/api/chat', body)) {
        listener.alive();
        const { message, done, ...rest } = readLine(line);
        if (message.content !== '') listener.text(message.content);
        text += message.content;
        thought += message.thinking;
        for (const { function: call } of message.tool_calls) {
          calls += 1;
          parts.push({ kind: 'call', id: `call_${calls}`, tool: call.name, input: call.arguments });
        }
        if (done) return answerOf([...spoken(text, thought), ...parts], rest);
      }
      throw new ModelError({ class: 'network', message: 'the answer broke off', until: null });
    },
  };
}

const Line = z.looseObject({
  message: z
    .looseObject({
      content: z.string().catch(''),
      thinking: z.string().catch(''),
      tool_calls: z
        .array(
          z.looseObject({ function: z.looseObject({ name: z.string(), arguments: z.unknown() }) }),
        )
        .catch([]),
    })
    .default({ content: '', thinking: '', tool_calls: [] }),
  done: z.boolean().catch(false),
  done_reason: z.string().catch(''),
  prompt_eval_count: z.int().min(0).catch(0),
  eval_count: z.int().min(0).catch(0),
});
type Line = z.infer<typeof Line>;

function readLine(line: unknown): Line {
  const read = Line.safeParse(line).data;
  if (read) return read;
  throw new ModelError({ class: 'network', message: 'the answer is no answer', until: null });
}

function spoken(text: string, thought: string): AnswerPart[] {
  const parts: AnswerPart[] = [];
  if (thought !== '') parts.push({ kind: 'thinking', text: thought, seal: '', isHidden: false });
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function answerOf(
  parts: readonly AnswerPart[],
  line: Pick<Line, 'done_reason' | 'prompt_eval_count' | 'eval_count'>,
): Answer {
  return {
    parts,
    stop: line.done_reason === 'length' ? 'length' : 'done',
    usage: { input: line.prompt_eval_count, cached: 0, output: line.eval_count },
  };
}

function toolFor({ name, description, schema }: ToolSpec): object {
  const parameters = { type: 'object', ...schema };
  return { type: 'function', function: { name, description, parameters } };
}

function messagesFor({ role, parts }: Message): object[] {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  if (role === 'user') {
    const results = parts.flatMap((part) =>
      part.kind === 'result' ? [{ role: 'tool', tool_name: part.tool, content: part.text }] : [],
    );
    return texts.length > 0 ? [...results, { role, content: texts.join('\n\n') }] : results;
  }
  const calls = parts.flatMap((part) =>
    part.kind === 'call' ? [{ function: { name: part.tool, arguments: part.input } }] : [],
  );
  const content = texts.join('\n\n');
  return [{ role, content, ...(calls.length > 0 && { tool_calls: calls }) }];
}
