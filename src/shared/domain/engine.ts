/** Which engine does the thinking inside an attempt, and how it is called. */
import { z } from 'zod';
import { line } from '../text.ts';

export const ENGINE_KINDS = ['claude-code', 'command'] as const;
export const EngineKind = z.enum(ENGINE_KINDS);
export type EngineKind = z.infer<typeof EngineKind>;

export const EngineSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('claude-code'), model: line(100).optional() }),
  /** Any program: run by `sh -c` in the work tree, the prompt on stdin and in `$KOUBOU_PROMPT_FILE`. */
  z.strictObject({ kind: z.literal('command'), run: line(4_000) }),
]);
export type EngineSpec = z.infer<typeof EngineSpec>;

/** Tokens and money an engine reports; all counts are totals of the attempt. */
export const Usage = z.strictObject({
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  cachedInputTokens: z.int().min(0),
  costUsd: z.number().min(0).nullable(),
});
export type Usage = z.infer<typeof Usage>;
