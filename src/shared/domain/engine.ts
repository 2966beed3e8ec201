/** Which engine does the thinking inside an attempt, and how it is called. */
import { z } from 'zod';
import { line } from '../text.ts';

export const ENGINE_KINDS = [
  'claude-code',
  'anthropic',
  'codex',
  'opencode',
  'ollama',
  'command',
] as const;
export const EngineKind = z.enum(ENGINE_KINDS);
export type EngineKind = z.infer<typeof EngineKind>;

const model = line(100).optional();

export const EngineSpec = z.discriminatedUnion('kind', [
  /** The command line of that name, found on the agent. */
  z.strictObject({ kind: z.literal('claude-code'), model }),
  /** Our own loop over the Messages API: needs nothing on the agent, and an account at the gateway. */
  z.strictObject({ kind: z.literal('anthropic'), model }),
  z.strictObject({ kind: z.literal('codex'), model }),
  z.strictObject({ kind: z.literal('opencode'), model }),
  /** A model on the agent itself: nothing of the task leaves it. */
  z.strictObject({ kind: z.literal('ollama'), model }),
  /** Any program: run by `sh -c` in the work tree, the prompt on stdin and in `$KOUBOU_PROMPT_FILE`. */
  z.strictObject({ kind: z.literal('command'), run: line(4_000) }),
]);
export type EngineSpec = z.infer<typeof EngineSpec>;

/** What a task asks for: an engine, or whichever serves best when its turn comes (`choose-engine.ts`). */
export const EngineChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('auto') }),
  ...EngineSpec.options,
]);
export type EngineChoice = z.infer<typeof EngineChoice>;

/** Engines that are named by a word alone; `command` needs what to run. */
export const NamedEngine = EngineKind.exclude(['command']);
export type NamedEngine = z.infer<typeof NamedEngine>;
/** In the order in which they are chosen where nobody set another one: subscriptions and coding tools first, what runs on the agent itself last. */
export const NAMED_ENGINES: readonly NamedEngine[] = [
  'claude-code',
  'codex',
  'opencode',
  'anthropic',
  'ollama',
];

/** What a task may name. */
export const ENGINE_CHOICES = ['auto', ...ENGINE_KINDS] as const;
export type ChosenKind = (typeof ENGINE_CHOICES)[number];

/** Reads `auto`, `codex`, `codex:MODEL` or `command:PROGRAM ARGS`; `null` for anything else. */
export function readEngine(text: string): EngineChoice | null {
  if (text.trim() === 'auto') return { kind: 'auto' };
  const [, word = '', rest] = /^([a-z-]+)(?::(.*))?$/s.exec(text.trim()) ?? [];
  const kind = NamedEngine.safeParse(word);
  const more = rest?.trim();
  const spec = kind.success
    ? { kind: kind.data, ...(more !== undefined && { model: more }) }
    : { kind: word, run: more };
  const parsed = EngineSpec.safeParse(spec);
  return parsed.success ? parsed.data : null;
}

/** For refusals of what `readEngine` does not know. */
export const ENGINE_FORMS = `auto, ${NamedEngine.options.join(', ')} (with :MODEL where you like), or 'command:PROGRAM ARGS'`;

/** Tokens and money an engine reports; all counts are totals of the attempt. */
export const Usage = z.strictObject({
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  cachedInputTokens: z.int().min(0),
  costUsd: z.number().min(0).nullable(),
});
export type Usage = z.infer<typeof Usage>;

/** The model that a task names; empty: the engine's own choice. */
export function modelOf(engine: EngineChoice): string {
  return engine.kind === 'command' || engine.kind === 'auto' ? '' : (engine.model ?? '');
}

/** Both together. Where one has no price, the sum is what is known. */
export function sumOf(a: Usage | null, b: Usage): Usage {
  if (!a) return b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    costUsd: a.costUsd === null && b.costUsd === null ? null : (a.costUsd ?? 0) + (b.costUsd ?? 0),
  };
}

/** What works on a task in an attempt of it. Without one, and for attempts before one could be chosen: what the task names. */
export function engineOf(
  task: { readonly engine: EngineChoice },
  attempt?: { readonly engine?: EngineSpec | undefined },
): EngineChoice {
  return attempt?.engine ?? task.engine;
}
