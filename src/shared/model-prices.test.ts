/** What tokens cost, and that a model nobody knows has no price. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { costMicros } from './model-prices.ts';

const NOTHING = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 };

test('each kind of token has its price', () => {
  // As Claude Code reckons: 5,256 in, 250 out, 1,000 from the cache are 0.026224 dollars.
  const used = { ...NOTHING, input: 5_256, output: 250, cacheRead: 1_000 };
  expect(costMicros('claude-opus-5-5', used)).toBe(26_224);
  const written = { ...NOTHING, cacheWrite: 1_000, cacheWriteHour: 1_000 };
  expect(costMicros('claude-sonnet-4-5-20250929', written)).toBe(3_750 + 6_000);
  expect(costMicros('gpt-5-2025-08-07', { ...used, cacheRead: 0 })).toBe(6_570 + 2_500);
});

test('a long prompt costs more where that is so', () => {
  expect(costMicros('claude-haiku-5-5', { ...NOTHING, input: 100_000 })).toBe(10_000);
  expect(costMicros('claude-haiku-5-5', { ...NOTHING, input: 100_001 })).toBe(50_001);
});

test.each([
  // A million of each, as the provider's own page has them: input, output, read, written for five minutes and for an hour.
  ['claude-fable-5-1', 10, 50, 0.25, 12.5, 20],
  ['claude-fable-5', 10, 50, 1, 12.5, 20],
  ['claude-opus-5-5', 4, 20, 0.2, 5, 8],
  ['claude-opus-4-5-20251101', 5, 25, 0.5, 6.25, 10],
  ['claude-opus-4-1', 15, 75, 1.5, 18.75, 30],
  ['claude-sonnet-5-5[1m]', 2, 10, 0.1, 2.5, 4],
  ['claude-haiku-4-5-latest', 1, 5, 0.1, 1.25, 2],
  ['gpt-5-codex', 1.25, 10, 0.125, 1.25, 1.25],
] as const)('%s costs what its page says', (model, ...dollars: readonly number[]) => {
  const kinds = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWriteHour'] as const;
  const own = kinds.map((kind) => costMicros(model, { ...NOTHING, [kind]: 1_000_000 }));
  expect(own).toEqual(dollars.map((dollar) => Math.round(dollar * 1e6)));
});

test('what is counted apart costs no more and no less together', () => {
  const tokens = fc.nat({ max: 50_000 });
  const used = fc.record({
    ...{ input: tokens, output: tokens, cacheRead: tokens },
    ...{ cacheWrite: tokens, cacheWriteHour: tokens },
  });
  fc.assert(
    fc.property(fc.constantFrom('claude-opus-5-5', 'gpt-5.4', 'o3'), used, (model, all) => {
      const apart = Object.entries(all)
        .map(([kind, count]) => costMicros(model, { ...NOTHING, [kind]: count }) ?? Number.NaN)
        .reduce((sum, micros) => sum + micros, 0);
      // Each of five parts is rounded to a whole millionth.
      expect(Math.abs((costMicros(model, all) ?? Number.NaN) - apart)).toBeLessThanOrEqual(3);
    }),
  );
});

test.each([
  'gpt-5.9',
  'gpt-6.2-sol',
  'claude-opus-6',
  'claude-opus-4-9',
  'my-local-model',
  '',
  'constructor',
])('%s has no price, and no guess', (model) =>
  expect(costMicros(model, { ...NOTHING, input: 1 })).toBeNull(),
);
