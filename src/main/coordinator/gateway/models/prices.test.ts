import { expect, test } from 'vitest';
import { costMicros } from './prices.ts';

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

test.each(['gpt-5.9', 'claude-opus-6', 'claude-opus-4-9', 'my-local-model', '', 'constructor'])(
  '%s has no price, and no guess',
  (model) => expect(costMicros(model, { ...NOTHING, input: 1 })).toBeNull(),
);
