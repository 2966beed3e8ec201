/**
 * The event stream of Codex (`codex exec --json`): what it means for the attempt, and how it reads in a terminal. Versions
 * add events and fields; what is not known is passed over.
 */
import { z } from 'zod';
import type { Usage } from '../../shared/domain/engine.ts';
import type { Read } from './cli.ts';
import type { EngineTrouble } from './engine.ts';
import { eventIn } from './event-line.ts';
import { dim, red, oneLine, spoken, toolAnswered, toolUsed, visible } from './shown.ts';
import { troubleInWords, untilInWords } from './trouble-words.ts';

const text = z.string().catch('');
const count = z.int().min(0).catch(0);

const Item = z.looseObject({
  type: z.string(),
  text,
  message: text,
  command: text,
  aggregated_output: text,
  exit_code: z.number().nullish().catch(null),
  status: text,
  server: text,
  tool: text,
  query: text,
  changes: z.array(z.looseObject({ path: text, kind: text })).catch([]),
});
type Item = z.infer<typeof Item>;

const Failure = z.looseObject({ message: text });
const Event = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.looseObject({ type: z.literal('item.started'), item: Item }),
  z.looseObject({ type: z.literal('item.completed'), item: Item }),
  z.looseObject({
    type: z.literal('turn.completed'),
    usage: z.looseObject({
      input_tokens: count,
      cached_input_tokens: count,
      output_tokens: count,
    }),
  }),
  z.looseObject({ type: z.literal('turn.failed'), error: Failure }),
  z.looseObject({ type: z.literal('error'), message: text }),
]);
type Event = z.infer<typeof Event>;

/** What the events said so far. */
export interface CodexState {
  readonly session: string | null;
  /** Whether the model answered anything in it. */
  readonly hasWorked: boolean;
  /** Of the whole session. */
  readonly usage: Usage | null;
  /** Why it failed, or tries again; forgotten when the model answers. */
  readonly error: string | null;
  /** How often it told that it waits for a connection, since the model answered last. */
  readonly waits: number;
}

export const NOTHING_SAID: CodexState = {
  session: null,
  hasWorked: false,
  usage: null,
  error: null,
  waits: 0,
};

export function readCodexEvent(state: CodexState, line: string): Read<CodexState> {
  const event = eventIn(line, Event);
  if (event === null) return { state, show: '', isProgress: false };
  if (typeof event === 'string') return { state, show: `${visible(event)}\n`, isProgress: true };
  switch (event.type) {
    case 'thread.started':
      return { state: { ...state, session: event.thread_id }, show: '', isProgress: true };
    case 'item.started':
      return { state: answered(state), show: showStarted(event.item), isProgress: true };
    case 'item.completed': {
      // A word about Codex itself, as that it does not know the model's name: no answer of the model.
      const isWord = event.item.type === 'error';
      const show = isWord ? dim(oneLine(event.item.message, 300)) : showCompleted(event.item);
      return { state: isWord ? state : answered(state), show, isProgress: true };
    }
    case 'turn.completed':
      return completed(state, event);
    case 'turn.failed': {
      const { message } = event.error;
      return { state: { ...state, error: message }, show: '', isProgress: true };
    }
    case 'error':
      // It tells of every try, for ever where there is no connection.
      return {
        state: {
          ...state,
          error: event.message,
          waits: state.waits + (event.message.includes('waiting for network') ? 1 : 0),
        },
        show: red(`✗ ${oneLine(event.message, 2_000)}`),
        isProgress: false,
      };
  }
}

function answered(state: CodexState): CodexState {
  return { ...state, hasWorked: true, error: null, waits: 0 };
}

function completed(
  state: CodexState,
  { usage }: Extract<Event, { type: 'turn.completed' }>,
): Read<CodexState> {
  const { input_tokens: input, cached_input_tokens: cached, output_tokens: output } = usage;
  const total: Usage = {
    inputTokens: Math.max(0, input - cached),
    cachedInputTokens: cached,
    outputTokens: output,
    costUsd: null,
  };
  const show = dim(`done: ${input} tokens in (${cached} of them cached), ${output} out`);
  // A session that goes on counts on: the last total is that of all of it.
  return { state: { ...answered(state), usage: total }, show, isProgress: true };
}

/** A connection that is not there it waits for without an end; other things it tries as often as it was told. */
export function isHopeless({ waits }: CodexState): boolean {
  return waits >= MOST_WAITS;
}

const MOST_WAITS = 2;

/** What went wrong by its own words; `null`: nothing. @param now epoch ms */
export function troubleOfCodex({ error }: CodexState, now: number): EngineTrouble | null {
  if (error === null) return null;
  const inner = /^Reconnecting\.{3} [^(]*\((.*)\)$/s.exec(error)?.[1];
  const message = providersMessage(inner ?? error);
  return {
    class: troubleInWords(inner ?? error) ?? 'crashed',
    message: visible(message).slice(0, 2_000),
    until: untilInWords(message, now),
  };
}

const Refusal = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** An invalid request is told as the whole answer of the provider. */
function providersMessage(said: string): string {
  try {
    return Refusal.safeParse(JSON.parse(said)).data?.error.message ?? said;
  } catch {
    return said; // Words already.
  }
}

function showStarted(item: Item): string {
  if (item.type === 'command_execution') return toolUsed('Shell', commandOf(item.command));
  if (item.type === 'mcp_tool_call') return toolUsed(`${item.server}.${item.tool}`, '');
  return '';
}

function showCompleted(item: Item): string {
  switch (item.type) {
    case 'agent_message':
      return spoken(item.text);
    case 'command_execution': {
      const code = item.exit_code ?? 0;
      const said = item.aggregated_output.trim() === '' ? '' : item.aggregated_output;
      return toolAnswered(code === 0 ? said : `exit code ${code}: ${said.trimStart()}`, code !== 0);
    }
    case 'file_change':
      return item.changes
        .map(({ path, kind }) => toolUsed(item.status === 'failed' ? `${kind} failed` : kind, path))
        .join('');
    case 'mcp_tool_call':
      return toolAnswered(item.status, item.status === 'failed');
    case 'web_search':
      return toolUsed('Search', item.query);
    default:
      return '';
  }
}

/** Without the shell that Codex runs it by. */
export function commandOf(command: string): string {
  const [, quote, inner = ''] = /^\S*\b(?:ba|z|)sh -l?c (['"])([^]*)\1$/.exec(command) ?? [];
  if (quote === undefined) return command;
  return quote === "'" ? inner.replaceAll(`'\\''`, "'") : inner.replaceAll(/\\(["\\$`])/g, '$1');
}
