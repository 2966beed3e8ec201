/**
 * What a call will come to, before it leaves. Engines let a model write far more than it does, and to keep all of that back
 * would leave most of a limit unused: so what calls of the model wrote lately counts, and a margin.
 */
import type { CallRequest } from '../models/port.ts';
import type { Load } from './bucket.ts';

export interface Estimates {
  of(call: Pick<CallRequest, 'model' | 'inputTokens' | 'maxOutputTokens'>): Load;
  /** What a call came to. */
  learn(model: string, outputTokens: number): void;
}

/** Before anything is known of a model. */
const FIRST_GUESS = 4_096;
const MARGIN = 1.2;
/** The longest answer counts less with each call after it: half after 34 of them. */
const FADE = 0.98;
const MOST_MODELS = 200;

export function createEstimates(): Estimates {
  const longest = new Map<string, number>();
  return {
    of({ model, inputTokens, maxOutputTokens }) {
      const known = longest.get(model);
      const guess = known === undefined ? FIRST_GUESS : Math.ceil(known * MARGIN);
      return { input: inputTokens, cached: 0, output: Math.min(maxOutputTokens, guess) };
    },
    learn(model, outputTokens) {
      const known = longest.get(model) ?? 0;
      longest.delete(model);
      longest.set(model, Math.max(outputTokens, known * FADE));
      if (longest.size <= MOST_MODELS) return;
      for (const oldest of longest.keys()) {
        longest.delete(oldest);
        return;
      }
    },
  };
}
