/** A Claude model behind the port of our own loop: conversations as the Messages API has them, with prompt caching. */
import Anthropic from '@anthropic-ai/sdk';
import type {
  ContentBlock,
  ContentBlockParam,
  Message as ApiMessage,
  TextBlockParam,
  Tool,
} from '@anthropic-ai/sdk/resources/messages';
import type { Clock } from '../../shared/clock.ts';
import { costMicros } from '../../shared/model-prices.ts';
import { anthropicTrouble } from './anthropic-trouble.ts';
import {
  ModelError,
  type Answer,
  type AnswerPart,
  type Message,
  type Model,
  type Question,
  type UserPart,
} from './loop-model.ts';

/** Of all models of these days; one that takes in more is asked with no more. */
const WINDOW = 200_000;
const MOST_OUTPUT = 16_000;
/** The gateway lets a call wait for its turn, and models think; how long silence may be is the loop's own limit. */
const LONGEST_MS = 24 * 60 * 60_000;

const CACHED = { type: 'ephemeral' } as const;

export interface Way {
  /** Without `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
}

/** @param now tells the time that limits are over by */
export function anthropicModel(name: string, way: Way, { now }: Pick<Clock, 'now'>): Model {
  const client = new Anthropic({
    ...way,
    // Nothing of it comes from this process's own environment.
    authToken: null,
    // Asked again is by the loop, which tells of it.
    maxRetries: 0,
    timeout: LONGEST_MS,
    logLevel: 'off',
  });
  return {
    name,
    by: 'Claude',
    signIn: 'Give the agent a valid key (ANTHROPIC_API_KEY), then retry.',
    window: WINDOW,
    mostOutput: MOST_OUTPUT,
    async ask(question, listener, signal) {
      signal.throwIfAborted();
      try {
        const stream = client.messages.stream(requestFor(name, question), { signal });
        stream.on('text', (piece) => listener.text(piece));
        stream.on('streamEvent', () => listener.alive());
        return answerOf(await stream.finalMessage());
      } catch (error) {
        signal.throwIfAborted();
        throw new ModelError(anthropicTrouble(error, now()));
      }
    },
  };
}

type Request = Parameters<Anthropic['messages']['stream']>[0];

function requestFor(model: string, { system, tools, messages }: Question): Request {
  const told: TextBlockParam[] = [{ type: 'text', text: system, cache_control: CACHED }];
  const request = {
    model,
    max_tokens: MOST_OUTPUT,
    system: told,
    messages: withMarks(messages.map(messageFor)),
  };
  if (tools.length === 0) return request;
  return {
    ...request,
    tools: tools.map(({ name, description, schema }, index): Tool => {
      const tool: Tool = { name, description, input_schema: { type: 'object', ...schema } };
      return index === tools.length - 1 ? { ...tool, cache_control: CACHED } : tool;
    }),
  };
}

interface Turn {
  readonly role: Message['role'];
  readonly content: ContentBlockParam[];
}

/** The end of the last two messages of the user is marked: the next call finds this one, and this one the call before. */
function withMarks(turns: readonly Turn[]): Turn[] {
  const marked = new Set(turns.filter(({ role }) => role === 'user').slice(-2));
  return turns.map((turn) => (marked.has(turn) ? { ...turn, content: marks(turn.content) } : turn));
}

function marks(content: readonly ContentBlockParam[]): ContentBlockParam[] {
  return content.map((block, index) =>
    index === content.length - 1 && (block.type === 'text' || block.type === 'tool_result')
      ? { ...block, cache_control: CACHED }
      : block,
  );
}

function messageFor({ role, parts }: Message): Turn {
  return { role, content: parts.flatMap((part) => blocksFor(part)) };
}

function blocksFor(part: UserPart | AnswerPart): ContentBlockParam[] {
  switch (part.kind) {
    case 'text':
      // A text of nothing is refused.
      return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
    case 'result':
      return [
        { type: 'tool_result', tool_use_id: part.id, content: part.text, is_error: part.isError },
      ];
    case 'call':
      return [{ type: 'tool_use', id: part.id, name: part.tool, input: part.input }];
    case 'thinking':
      return part.isHidden
        ? [{ type: 'redacted_thinking', data: part.seal }]
        : [{ type: 'thinking', thinking: part.text, signature: part.seal }];
  }
}

function answerOf({ content, stop_reason, usage, model }: ApiMessage): Answer {
  const cost = costMicros(model, {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    // For five minutes, as the loop asks for it.
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
    cacheWriteHour: 0,
  });
  return {
    parts: content.flatMap((block) => partsOf(block)),
    stop: stopOf(stop_reason),
    usage: {
      input: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0),
      cached: usage.cache_read_input_tokens ?? 0,
      output: usage.output_tokens,
    },
    ...(cost !== null && { costMicros: cost }),
  };
}

function partsOf(block: ContentBlock): AnswerPart[] {
  switch (block.type) {
    case 'text':
      return [{ kind: 'text', text: block.text }];
    case 'tool_use':
      return [{ kind: 'call', id: block.id, tool: block.name, input: block.input }];
    case 'thinking':
      return [{ kind: 'thinking', text: block.thinking, seal: block.signature, isHidden: false }];
    case 'redacted_thinking':
      return [{ kind: 'thinking', text: '', seal: block.data, isHidden: true }];
    default:
      // Of tools that run at the provider; none was offered.
      return [];
  }
}

function stopOf(reason: ApiMessage['stop_reason']): Answer['stop'] {
  if (reason === 'max_tokens') return 'length';
  if (reason === 'refusal') return 'refused';
  return reason === 'model_context_window_exceeded' ? 'full' : 'done';
}
