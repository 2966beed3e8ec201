/**
 * What speaks for an agent, in points: the strategies by name, and what a workshop weighs otherwise. All weights are sizes; what
 * speaks against an agent is taken away. Pure.
 */
import { z } from 'zod';

export const STRATEGIES = ['balanced', 'geography', 'capability', 'load'] as const;
export const Strategy = z.enum(STRATEGIES);
export type Strategy = z.infer<typeof Strategy>;

/** What is weighed, in the order in which it is shown. */
export const WEIGHTS = [
  'freeSlots',
  'idleCpu',
  'cached',
  'specialty',
  'speed',
  'success',
  'latency',
  'cost',
  'failedHere',
  'engine',
] as const;
export type WeightName = (typeof WEIGHTS)[number];

export interface Weights extends Readonly<Record<WeightName, number>> {
  /** All slots free. */
  readonly freeSlots: number;
  /** No processor in use. */
  readonly idleCpu: number;
  /** Its mirror of the repository is warm. */
  readonly cached: number;
  readonly specialty: number;
  /** Four times as fast on such tasks as the fleet; taken away when four times as slow. */
  readonly speed: number;
  /** All such tasks succeed there, and none elsewhere; taken away the other way round. */
  readonly success: number;
  /** Taken away at 200 ms of round trip and more. */
  readonly latency: number;
  /** Taken away where each token is paid for; half of it where a subscription has paid. */
  readonly cost: number;
  /** Taken away where the task failed before. */
  readonly failedHere: number;
  /** Taken away for each engine that comes before the one it would run. */
  readonly engine: number;
}

/**
 * A better engine outweighs all that speaks for an agent, and two of them do not outweigh that it failed there: such an agent
 * gets the task again only if no other can take it. So all the others come to less than 24 in every strategy.
 */
const STANDING = { engine: 24, failedHere: 50 } as const;

export const STRATEGY_WEIGHTS: Readonly<Record<Strategy, Weights>> = {
  balanced: {
    ...{ freeSlots: 4, idleCpu: 3, cached: 2, specialty: 2, speed: 2, success: 3 },
    ...{ latency: 1, cost: 1, ...STANDING },
  },
  // Where the data is: near the coordinator, with the repository there already.
  geography: {
    ...{ freeSlots: 3, idleCpu: 1, cached: 6, specialty: 1, speed: 1, success: 1 },
    ...{ latency: 7, cost: 0.5, ...STANDING },
  },
  // Who does it best.
  capability: {
    ...{ freeSlots: 2, idleCpu: 1, cached: 1, specialty: 5, speed: 3, success: 3.5 },
    ...{ latency: 0.5, cost: 0.5, ...STANDING },
  },
  // Who has the most room.
  load: {
    ...{ freeSlots: 10, idleCpu: 8, cached: 1, specialty: 1, speed: 0.5, success: 0.5 },
    ...{ latency: 0.5, cost: 0.5, ...STANDING },
  },
};

const MOST_WEIGHT = 100;
const MOST_TEXT = 300;

/** `cached: 6; speed: 0`; a map in the file. What it does not name is as the strategy has it. */
export const WeightChanges = z
  .preprocess(asLine, z.string().trim().max(MOST_TEXT).nullable())
  .refine((text) => text === null || changesIn(text) !== null, {
    error: `written as "cached: 6; speed: 0", each once, from 0 to ${MOST_WEIGHT}; what is weighed: ${WEIGHTS.join(', ')}`,
  });

/** Of settings that were checked. */
export function weightsOf({
  strategy,
  weights,
}: {
  readonly strategy: Strategy;
  readonly weights: string | null;
}): Weights {
  return { ...STRATEGY_WEIGHTS[strategy], ...changesIn(weights ?? '') };
}

function changesIn(text: string): Partial<Record<WeightName, number>> | null {
  const changes: Partial<Record<WeightName, number>> = {};
  for (const part of text.split(';').filter((one) => one.trim() !== '')) {
    const [, word = '', size = ''] =
      /^\s*([A-Za-z]+)\s*:\s*([0-9]+(?:\.[0-9]+)?)\s*$/.exec(part) ?? [];
    const name = WEIGHTS.find((one) => one === word);
    if (!name || name in changes || Number(size) > MOST_WEIGHT) return null;
    changes[name] = Number(size);
  }
  return changes;
}

function asLine(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return Object.entries(given)
    .map(([name, size]) => `${name}: ${String(size)}`)
    .join('; ');
}
