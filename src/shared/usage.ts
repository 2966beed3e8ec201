/** What the workshop did and used, as sums over any time: the amounts that the hours of `usage_hours` hold and the API answers with. Pure. */
import { z } from 'zod';

/** Whole numbers all of them, so that a sum does not depend on its order. */
export const AMOUNTS = [
  /** Tasks that were created. */
  'created',
  /** Attempts that were begun. */
  'attempts',
  /** Tasks that were merged, that failed for good, that were cancelled. */
  'completed',
  'failed',
  'cancelled',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  /** Millionths of a US dollar. */
  'costMicros',
  /** How long attempts held a slot. Counted when they end, in the hours in which they did. */
  'busyMs',
  /** How long the tasks of these attempts waited in the queue. */
  'waitMs',
  /** Lines that were added or removed by changes that came to review. */
  'changedLines',
] as const;
export type Amount = (typeof AMOUNTS)[number];
export type Amounts = Readonly<Record<Amount, number>>;

export const NO_AMOUNTS: Amounts = {
  created: 0,
  attempts: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  costMicros: 0,
  busyMs: 0,
  waitMs: 0,
  changedLines: 0,
};

/** The sum of both; of the second, `times` as much. */
export function added(a: Amounts, b: Partial<Amounts>, times = 1): Amounts {
  const sum: Record<Amount, number> = { ...a };
  for (const name of AMOUNTS) sum[name] += (b[name] ?? 0) * times;
  return sum;
}

export const MICROS = 1_000_000;

/** Amounts as the API tells them. */
export const Usage = z.strictObject({
  created: z.number(),
  attempts: z.number(),
  completed: z.number(),
  failed: z.number(),
  cancelled: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  costUsd: z.number(),
  busyMs: z.number(),
  /** From queue to agent, on average; `null` when nothing was assigned. */
  meanWaitMs: z.number().nullable(),
  changedLines: z.number(),
});
export type Usage = z.infer<typeof Usage>;

export function told({ costMicros, waitMs, ...rest }: Amounts): Usage {
  const { attempts } = rest;
  return {
    ...rest,
    costUsd: costMicros / MICROS,
    meanWaitMs: attempts > 0 ? waitMs / attempts : null,
  };
}

/** Input and output; what was read from the cache is not paid in full and is counted by itself. */
export function tokensOf({
  inputTokens,
  outputTokens,
}: Pick<Usage, 'inputTokens' | 'outputTokens'>): number {
  return inputTokens + outputTokens;
}
