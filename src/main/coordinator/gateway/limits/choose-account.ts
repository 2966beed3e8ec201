/**
 * Which account speaks for a call, of those that can now. The policy is the one that people work out by hand: cheap work goes
 * where what is left lapses soonest, expensive work where there is most room, and an attempt stays with its account while
 * nothing speaks against it, because the provider's prompt cache is that account's. Pure.
 */
import type { ModelAccountId } from '../../../../shared/models.ts';

export interface Candidate {
  readonly id: ModelAccountId;
  readonly name: string;
  /** Share of its tightest window that is free, and of the time of its longest one that is to come: 0 to 1. */
  readonly room: number;
  readonly toReset: number;
  readonly running: number;
  /** It spoke for this attempt last, a short while ago. */
  readonly isUsual: boolean;
}

export interface AccountChoice {
  readonly id: ModelAccountId;
  /** For people: why this one. */
  readonly why: string;
  /** All that could have spoken, best first. */
  readonly scores: readonly { readonly id: ModelAccountId; readonly score: number }[];
}

/** How much each thing counts. The sum for a call is between 0 and a little over 1. */
export const WEIGHTS = {
  cheap: { soon: 0.7, room: 0.3 },
  expensive: { soon: 0.2, room: 0.8 },
  /** A full prompt read anew costs ten times one from the cache: worth a quarter of the room. */
  usual: 0.25,
  /** Of equals, the one with less to do. */
  running: 0.001,
} as const;

/** Below that many tokens in and out a call is cheap, whatever its model. */
const CHEAP_TOKENS = 4_000;
const SMALL_MODELS = /haiku|mini|nano|small|flash/i;

export function isCheap(model: string, tokens: number): boolean {
  return SMALL_MODELS.test(model) || tokens < CHEAP_TOKENS;
}

/** @param candidates not empty; of equals the first one is taken */
export function chooseAccount(
  candidates: readonly [Candidate, ...Candidate[]],
  cheap: boolean,
): AccountChoice {
  const weights = cheap ? WEIGHTS.cheap : WEIGHTS.expensive;
  const scored = candidates.map((one) => ({ one, score: scoreOf(one, weights) }));
  const ranked = scored.toSorted((a, b) => b.score - a.score);
  const [{ one: best }] = [ranked[0] ?? { one: candidates[0] }];
  return {
    id: best.id,
    why: whyOf(best, candidates, cheap),
    scores: ranked.map(({ one, score }) => ({ id: one.id, score })),
  };
}

function scoreOf(
  { room, toReset, isUsual, running }: Candidate,
  weights: (typeof WEIGHTS)['cheap' | 'expensive'],
): number {
  const usual = isUsual ? WEIGHTS.usual : 0;
  return weights.soon * (1 - toReset) + weights.room * room + usual - WEIGHTS.running * running;
}

function whyOf(best: Candidate, all: readonly Candidate[], cheap: boolean): string {
  const free = `${Math.round(best.room * 100)} % free`;
  if (all.length === 1) return `${best.name}: the only one that can speak now`;
  const isBest = all.every((one) => (cheap ? one.toReset >= best.toReset : one.room <= best.room));
  if (best.isUsual && !isBest) return `${best.name}: stays where its prompt is in the cache`;
  return cheap
    ? `${best.name}: cheap work goes where what is left lapses soonest (${free})`
    : `${best.name}: expensive work goes where there is most room (${free})`;
}
