/**
 * The event stream of OpenCode (`opencode run --format json`) and the errors it logs: what they mean for the attempt, and how
 * they read in a terminal. It tries for ever what could go well later, and says so in its log alone.
 */
import { z } from 'zod';
import { sumOf, type Usage } from '../../shared/domain/engine.ts';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import type { Read } from './cli.ts';
import type { EngineTrouble } from './engine.ts';
import { eventIn } from './event-line.ts';
import { dim, oneLine, red, spoken, toolAnswered, toolUsed, visible } from './shown.ts';
import { troubleInWords, troubleOfStatus, untilInWords } from './trouble-words.ts';

const text = z.string().catch('');
const count = z.int().min(0).catch(0);

const Failure = z.looseObject({
  name: text,
  data: z
    .looseObject({
      message: text,
      statusCode: z.number().nullish().catch(null),
      responseBody: text,
      responseHeaders: z.record(z.string(), z.string()).catch({}),
    })
    .catch({ message: '', statusCode: null, responseBody: '', responseHeaders: {} }),
});
type Failure = z.infer<typeof Failure>;

const State = z.looseObject({
  status: text,
  input: z.record(z.string(), z.unknown()).catch({}),
  output: text,
  error: text,
  title: text,
});
const at = { sessionID: z.string(), timestamp: z.number().catch(0) };
const Event = z.discriminatedUnion('type', [
  z.looseObject({ ...at, type: z.literal('step_start') }),
  z.looseObject({ ...at, type: z.literal('text'), part: z.looseObject({ text }) }),
  z.looseObject({
    ...at,
    type: z.literal('tool_use'),
    part: z.looseObject({ tool: text, state: State }),
  }),
  z.looseObject({
    ...at,
    type: z.literal('step_finish'),
    part: z.looseObject({
      cost: z.number().min(0).nullish().catch(null),
      tokens: z.looseObject({
        input: count,
        output: count,
        reasoning: count,
        cache: z.looseObject({ read: count, write: count }).catch({ read: 0, write: 0 }),
      }),
    }),
  }),
  z.looseObject({ ...at, type: z.literal('error'), error: Failure }),
]);
type Event = z.infer<typeof Event>;

/** What was said so far. */
export interface OpenCodeState {
  readonly session: string | null;
  /** Whether the model answered anything in it. */
  readonly hasWorked: boolean;
  readonly usage: Usage | null;
  /** As events tell it: the end. */
  readonly failure: (Failure & { readonly at: number }) | null;
  /** As the log tells it: most often it is tried again. Forgotten when the model answers. */
  readonly logged: string | null;
  /** How often it logged an error since the model answered last. */
  readonly tries: number;
  /** The last lines of what else came on standard error. */
  readonly said: readonly string[];
}

export const NOTHING_SAID: OpenCodeState = {
  session: null,
  hasWorked: false,
  usage: null,
  failure: null,
  logged: null,
  tries: 0,
  said: [],
};

export function readOpenCodeEvent(before: OpenCodeState, line: string): Read<OpenCodeState> {
  const event = eventIn(line, Event);
  if (event === null) return { state: before, show: '', isProgress: false };
  if (typeof event === 'string') {
    return { state: before, show: `${visible(event)}\n`, isProgress: true };
  }
  const state = { ...before, session: event.sessionID };
  switch (event.type) {
    case 'step_start':
      return { state, show: '', isProgress: true };
    case 'text':
      return { state: answered(state), show: spoken(event.part.text), isProgress: true };
    case 'tool_use':
      return { state: answered(state), show: showTool(event), isProgress: true };
    case 'step_finish': {
      const usage = sumOf(state.usage, usageOf(event));
      return { state: { ...answered(state), usage }, show: '', isProgress: true };
    }
    case 'error': {
      const failure = { ...event.error, at: event.timestamp };
      const show = red(`✗ ${oneLine(event.error.data.message || event.error.name, 2_000)}`);
      return { state: { ...state, failure }, show, isProgress: true };
    }
  }
}

/** Reads what it logs, and whatever else comes on standard error. */
export function readOpenCodeLog(state: OpenCodeState, line: string): Read<OpenCodeState> {
  if (line.trim() === '') return { state, show: '', isProgress: false };
  if (!/^timestamp=\S+ level=/.test(line)) {
    const said = visible(line).slice(0, 2_000);
    const last = [...state.said, said].slice(-LINES_KEPT);
    return { state: { ...state, said: last }, show: `${said}\n`, isProgress: true };
  }
  const [, quoted] = /\berror(?:\.error)?=("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
  if (quoted === undefined) return { state, show: '', isProgress: false };
  const logged = unquoted(quoted);
  // The connection is tried again and again: no sign of life.
  return {
    state: { ...state, logged, tries: state.tries + 1 },
    show: dim(oneLine(logged, 300)),
    isProgress: false,
  };
}

/** Enough for a message. */
const LINES_KEPT = 20;

function unquoted(quoted: string): string {
  try {
    return z.string().parse(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1); // Not quoted as JSON is: it reads well enough.
  }
}

function answered(state: OpenCodeState): OpenCodeState {
  return { ...state, hasWorked: true, logged: null, tries: 0 };
}

function usageOf({ part }: Extract<Event, { type: 'step_finish' }>): Usage {
  const { input, output, reasoning, cache } = part.tokens;
  return {
    inputTokens: input + cache.write,
    cachedInputTokens: cache.read,
    outputTokens: output + reasoning,
    costUsd: part.cost ?? null,
  };
}

/** It tries for ever, with ever longer pauses; for what a pause of its own does not help, once is enough. */
export function isHopeless({ logged, tries }: OpenCodeState): boolean {
  const kind = troubleInWords(logged ?? '');
  const isForOthers = kind === 'rate_limited' || kind === 'sign_in_expired';
  return tries >= (isForOthers ? 1 : MOST_TRIES);
}

const MOST_TRIES = 3;

/**
 * What went wrong by its own words; `null`: nothing.
 * @param now epoch ms
 * @param isDone it ended as if all had gone well: what it logged did not matter
 */
export function troubleOfOpenCode(
  { failure, logged, said }: OpenCodeState,
  now: number,
  isDone: boolean,
): EngineTrouble | null {
  if (failure === null) {
    if (isDone) return null;
    if (logged === null) {
      return said.length === 0 ? null : { class: 'crashed', message: said.join('\n'), until: null };
    }
    // What it tries again without a word is the provider's trouble, whatever it is called.
    const kind = troubleInWords(logged) ?? 'overloaded';
    return { class: kind, message: visible(logged), until: untilInWords(logged, now) };
  }
  const { data, name } = failure;
  const message = data.message === '' ? name : data.message;
  const told = /Check server logs/.test(message) && logged !== null ? logged : message;
  return {
    class: classOf(failure, told),
    message: visible(told).slice(0, 2_000),
    until: untilOf(failure, now),
  };
}

function classOf({ name, data }: Failure, told: string): TroubleClass {
  const said = `${told} ${data.responseBody}`;
  const words = troubleInWords(said);
  if (name === 'ContextOverflowError') return 'context_too_long';
  if (name === 'ProviderAuthError') return 'sign_in_expired';
  // A quota that is spent is told as a limit, too long a text as an invalid request.
  if (words === 'sign_in_expired' && data.statusCode === 429) return words;
  if (words === 'context_too_long' || words === 'refused') return words;
  return troubleOfStatus(data.statusCode ?? 0) ?? words ?? 'crashed';
}

function untilOf({ data, at: when }: Failure & { at: number }, now: number): number | null {
  const after = Number(data.responseHeaders['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return (when > 0 ? when : now) + after * 1_000;
  return untilInWords(data.message, now);
}

function showTool({ part: { tool, state } }: Extract<Event, { type: 'tool_use' }>): string {
  const { command, filePath, pattern, url } = state.input;
  const subject = [command, filePath, pattern, url, state.title].find(
    (value) => typeof value === 'string' && value !== '',
  );
  const isError = state.status === 'error';
  const used = toolUsed(tool, typeof subject === 'string' ? subject : '');
  return used + toolAnswered(isError ? state.error : state.output, isError);
}
