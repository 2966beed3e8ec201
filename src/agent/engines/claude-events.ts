/**
 * The event stream of Claude Code (`--output-format stream-json`): what it means for the attempt, and how it reads in a
 * terminal. Versions add events and fields; what is not known is passed over.
 */
import { z } from 'zod';
import { sumOf, type Usage } from '../../shared/domain/engine.ts';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { subjectOf } from '../../shared/transcript/tools.ts';
import type { EngineTrouble } from './engine.ts';
import { eventIn } from './event-line.ts';
import { dim, oneLine, red, spoken, toolAnswered, toolUsed, visible } from './shown.ts';

const Block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().optional(),
});
type Block = z.infer<typeof Block>;

const count = z.int().min(0).catch(0);
const ModelUsage = z.looseObject({
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheCreationInputTokens: count,
  costUSD: z.number().min(0).nullish().catch(null),
});

const Event = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('system'),
    subtype: z.string().optional(),
    model: z.string().optional(),
    attempt: z.number().optional(),
    max_retries: z.number().optional(),
    error: z.unknown().optional(),
  }),
  z.looseObject({
    type: z.literal('assistant'),
    error: z.string().nullish(),
    message: z.looseObject({ content: z.array(Block).catch([]) }),
  }),
  z.looseObject({
    type: z.literal('user'),
    message: z.looseObject({ content: z.array(Block).catch([]) }),
  }),
  z.looseObject({
    type: z.literal('rate_limit_event'),
    rate_limit_info: z
      .looseObject({ status: z.string(), resetsAt: z.number().positive().nullish() })
      .nullish()
      .catch(null),
  }),
  z.looseObject({
    type: z.literal('result'),
    is_error: z.boolean().catch(false),
    result: z.string().nullish(),
    errors: z.array(z.string()).nullish().catch(null),
    terminal_reason: z.string().nullish(),
    stop_reason: z.string().nullish().catch(null),
    api_error_status: z.number().nullish(),
    num_turns: z.number().nullish(),
    duration_ms: z.number().nullish(),
    total_cost_usd: z.number().min(0).nullish(),
    usage: z
      .looseObject({
        input_tokens: count,
        output_tokens: count,
        cache_read_input_tokens: count,
        cache_creation_input_tokens: count,
      })
      .nullish(),
    /** Of this run alone; what else is counted in money may be of the whole session. */
    model_usage_since_last_result: z.record(z.string(), ModelUsage).nullish().catch(null),
  }),
]);
type Event = z.infer<typeof Event>;
type ResultEvent = Extract<Event, { type: 'result' }>;

/** What the events said so far. */
export interface ClaudeState {
  /** The last `error` of an assistant event: `rate_limit`, `authentication_failed`, … */
  readonly error: string | null;
  readonly result: ResultEvent | null;
  /** When a limit that stopped it is over (epoch ms). */
  readonly limitedUntil: number | null;
}

export const NOTHING_SAID: ClaudeState = { error: null, result: null, limitedUntil: null };

/** @returns the new state, and lines for the terminal (empty for what is of no interest) */
export function readEvent(state: ClaudeState, line: string): { state: ClaudeState; show: string } {
  const event = eventIn(line, Event);
  if (event === null) return { state, show: '' };
  if (typeof event === 'string') return { state, show: `${visible(event)}\n` };
  switch (event.type) {
    case 'system':
      return { state, show: showSystem(event) };
    case 'assistant':
      return {
        state: { ...state, error: event.error ?? state.error },
        show: event.message.content.map(showAssistant).join(''),
      };
    case 'user':
      return { state, show: event.message.content.map(showToolResult).join('') };
    case 'rate_limit_event':
      return { state: { ...state, limitedUntil: resetOf(event) ?? state.limitedUntil }, show: '' };
    case 'result':
      return { state: { ...state, result: event }, show: showResult(event) };
  }
}

/**
 * Totals of this run, or `null` when it ended without a result.
 * @param isResumed the session has earlier runs, which its money counts as well
 */
export function usageOf({ result }: ClaudeState, isResumed: boolean): Usage | null {
  const models = Object.values(result?.model_usage_since_last_result ?? {});
  if (models.length > 0) {
    return models.map(usageOfModel).reduce((sum, usage) => sumOf(sum, usage));
  }
  if (!result?.usage) return null;
  const { usage } = result;
  return {
    inputTokens: usage.input_tokens + usage.cache_creation_input_tokens,
    outputTokens: usage.output_tokens,
    cachedInputTokens: usage.cache_read_input_tokens,
    costUsd: isResumed ? null : (result.total_cost_usd ?? null),
  };
}

function usageOfModel(model: z.infer<typeof ModelUsage>): Usage {
  return {
    inputTokens: model.inputTokens + model.cacheCreationInputTokens,
    outputTokens: model.outputTokens,
    cachedInputTokens: model.cacheReadInputTokens,
    costUsd: model.costUSD ?? null,
  };
}

/**
 * What went wrong by its own account; `null`: nothing did. An API error has the subtype "success", and nothing is on
 * standard error: only is_error tells.
 */
export function troubleOf({ result, error, limitedUntil }: ClaudeState): EngineTrouble | null {
  if (!result || (!result.is_error && result.stop_reason !== 'refusal')) return null;
  const said = result.result ?? result.errors?.join('; ') ?? result.terminal_reason;
  const kind = classOf(result, error);
  return {
    class: kind,
    message: visible(said || 'no reason given'),
    until: kind === 'rate_limited' ? limitedUntil : null,
  };
}

/** By what its assistant events call an error; versions differ in how finely they do. */
const BY_ERROR: Readonly<Record<string, TroubleClass>> = {
  authentication_failed: 'sign_in_expired',
  billing_error: 'sign_in_expired',
  rate_limit: 'rate_limited',
  model_not_found: 'invalid_request',
};

const BY_REASON: Readonly<Record<string, TroubleClass>> = {
  prompt_too_long: 'context_too_long',
  budget_exhausted: 'budget_spent',
  max_turns: 'budget_spent',
};

function classOf(result: ResultEvent, error: string | null): TroubleClass {
  const { terminal_reason: reason, api_error_status: status } = result;
  if (result.stop_reason === 'refusal') return 'refused';
  const named = BY_REASON[reason ?? ''] ?? BY_ERROR[error ?? ''];
  if (named) return named;
  if (status) return classOfStatus(status);
  // Without a status there was no answer, or one that broke.
  return reason === 'api_error' ? 'network' : 'crashed';
}

function classOfStatus(status: number): TroubleClass {
  if (status === 401 || status === 403) return 'sign_in_expired';
  if (status === 429) return 'rate_limited';
  if (status === 413) return 'context_too_long';
  return status >= 500 ? 'overloaded' : 'invalid_request';
}

function resetOf({ rate_limit_info: info }: Extract<Event, { type: 'rate_limit_event' }>) {
  return info?.status === 'rejected' && info.resetsAt ? info.resetsAt * 1_000 : null;
}

function showSystem(event: Extract<Event, { type: 'system' }>): string {
  if (event.subtype === 'init')
    return dim(`Claude Code${event.model === undefined ? '' : ` with ${visible(event.model)}`}`);
  if (event.subtype !== 'api_retry') return '';
  return dim(
    `the API did not answer well; try ${event.attempt ?? '?'} of ${event.max_retries ?? '?'} follows`,
  );
}

function showAssistant(block: Block): string {
  if (block.type === 'text') return spoken(block.text ?? '');
  if (block.type !== 'tool_use') return '';
  return toolUsed(block.name ?? 'tool', subjectOf(block.input ?? {}));
}

function showToolResult(block: Block): string {
  if (block.type !== 'tool_result') return '';
  const text = typeof block.content === 'string' ? block.content : textsOf(block.content);
  return toolAnswered(text, block.is_error === true);
}

function textsOf(content: unknown): string {
  const blocks = z.array(Block).safeParse(content).data ?? [];
  return blocks.map(({ text }) => text ?? '').join('\n');
}

function showResult(event: ResultEvent): string {
  const facts = [
    typeof event.duration_ms !== 'number' ? '' : `${Math.round(event.duration_ms / 100) / 10} s`,
    typeof event.num_turns !== 'number' ? '' : `${event.num_turns} turns`,
    typeof event.total_cost_usd !== 'number' ? '' : `$${event.total_cost_usd.toFixed(4)}`,
  ].filter((fact) => fact !== '');
  if (!event.is_error) return dim(`done: ${facts.join(', ')}`);
  const said = event.result ?? event.errors?.join('; ') ?? event.terminal_reason ?? '';
  return red(`✗ ${oneLine(said, 2_000)}`);
}
