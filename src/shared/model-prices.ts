/**
 * What tokens cost, by model: US dollars for a million of them. A model that is not in the table has no price, and its calls
 * say so, rather than a guess. Prices of batches, of faster modes and of single regions are not among them. Pure.
 *
 * Each group says where its rows come from. One without a source does not belong here.
 */

/** Tokens of one call, each counted once. */
export interface Tokens {
  /** Neither read from the cache nor written to it. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Written to the cache, to stay there for five minutes, and for an hour. */
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
}

/** Dollars for a million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
}

/** `read`: as a share of the price of input. */
function anthropic(input: number, output: number, read = 0.1): Price {
  return {
    input,
    output,
    cacheRead: input * read,
    cacheWrite: input * 1.25,
    cacheWriteHour: input * 2,
  };
}

/** Their answers do not say what was written to the cache: it counts as input, also where it costs a quarter more. */
function openai(input: number, output: number, cacheRead: number): Price {
  return { input, output, cacheRead, cacheWrite: input, cacheWriteHour: input };
}

type Prices = Readonly<Record<string, Price>>;

/** https://platform.claude.com/docs/en/about-claude/pricing, looked up on 2026-11-22. */
const OF_ANTHROPIC: Prices = {
  'claude-fable-5-1': anthropic(10, 50, 0.025),
  'claude-fable-5': anthropic(10, 50),
  'claude-opus-5-5': anthropic(4, 20, 0.05),
  'claude-opus-5': anthropic(5, 25),
  'claude-opus-4-8': anthropic(5, 25),
  'claude-opus-4-7': anthropic(5, 25),
  'claude-opus-4-6': anthropic(5, 25),
  'claude-opus-4-5': anthropic(5, 25),
  'claude-opus-4-1': anthropic(15, 75),
  'claude-opus-4': anthropic(15, 75),
  'claude-sonnet-5-5': anthropic(2, 10, 0.05),
  'claude-sonnet-5': anthropic(2, 10),
  'claude-sonnet-4-6': anthropic(3, 15),
  'claude-sonnet-4-5': anthropic(3, 15),
  'claude-sonnet-4': anthropic(3, 15),
  'claude-haiku-5-5': anthropic(0.1, 0.5),
  'claude-haiku-4-5': anthropic(1, 5),
  'claude-3-5-haiku': anthropic(0.8, 4),
};

/**
 * As others report of https://developers.openai.com/api/docs/pricing and its pages of single models, in the autumn of 2026:
 * that page itself was not read, but for the row of `gpt-5-codex`.
 */
const OF_OPENAI_REPORTED: Prices = {
  'gpt-6.1-sol': openai(2, 10, 0.1),
  'gpt-6-sol': openai(2, 10, 0.2),
  'gpt-5.4': openai(2.5, 15, 0.25),
  'gpt-5.4-mini': openai(0.75, 4.5, 0.075),
  'gpt-5.3-codex': openai(1.75, 14, 0.175),
  'gpt-5.2': openai(1.75, 14, 0.175),
  'gpt-5.2-codex': openai(1.75, 14, 0.175),
  'gpt-5-codex': openai(1.25, 10, 0.125),
  'gpt-5-mini': openai(0.25, 2, 0.025),
  'gpt-4.1': openai(2, 8, 0.5),
};

/** As OpenAI announced them when they came out, in 2024 and 2025. They were not looked up since. */
const OF_OPENAI_ANNOUNCED: Prices = {
  'gpt-5.1': openai(1.25, 10, 0.125),
  'gpt-5.1-codex': openai(1.25, 10, 0.125),
  'gpt-5': openai(1.25, 10, 0.125),
  'gpt-5-nano': openai(0.05, 0.4, 0.005),
  'gpt-4.1-mini': openai(0.4, 1.6, 0.1),
  'gpt-4.1-nano': openai(0.1, 0.4, 0.025),
  'gpt-4o': openai(2.5, 10, 1.25),
  'gpt-4o-mini': openai(0.15, 0.6, 0.075),
  o3: openai(2, 8, 0.5),
  'o4-mini': openai(1.1, 4.4, 0.275),
};

const PRICES: Prices = { ...OF_ANTHROPIC, ...OF_OPENAI_REPORTED, ...OF_OPENAI_ANNOUNCED };

/** Of these, a call whose prompt is longer costs more, in all its tokens. From where the row above is from. */
const LONG: Readonly<Record<string, { readonly over: number; readonly price: Price }>> = {
  'claude-haiku-5-5': { over: 100_000, price: anthropic(0.5, 2.5) },
  'gpt-6.1-sol': { over: 272_000, price: openai(4, 15, 0.2) },
  'gpt-6-sol': { over: 272_000, price: openai(4, 15, 0.4) },
};

/** A date, an alias or a variant of the same price behind the name: `-20251101`, `-2025-08-07`, `-latest`, `[1m]`. */
const BEHIND = /(?:-\d{8}|-\d{4}-\d{2}-\d{2}|-latest)?(?:\[[a-z0-9]+\])?$/;

/** What a call costs, in millionths of a dollar; `null`: there is no price for the model. */
export function costMicros(model: string, tokens: Tokens): number | null {
  const name = model.replace(BEHIND, '');
  const short = Object.hasOwn(PRICES, name) ? PRICES[name] : undefined;
  if (!short) return null;
  const { input, output, cacheRead, cacheWrite, cacheWriteHour } = tokens;
  const long = LONG[name];
  const prompt = input + cacheRead + cacheWrite + cacheWriteHour;
  const price = long && prompt > long.over ? long.price : short;
  return Math.round(
    input * price.input +
      output * price.output +
      cacheRead * price.cacheRead +
      cacheWrite * price.cacheWrite +
      cacheWriteHour * price.cacheWriteHour,
  );
}
