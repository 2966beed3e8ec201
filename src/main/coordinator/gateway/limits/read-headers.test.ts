/** What headers of both providers say of limits; what cannot be read is left out. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDuration, readLimits } from './read-headers.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('durations', () => {
  test.each([
    ['1m30s', 90_000],
    ['6ms', 6],
    ['1h2m3.5s', 3_723_500],
    ['6m0s', 360_000],
    ['20', 20_000],
    ['7d', 604_800_000],
  ])('%s', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });

  test.each(['', 'soon', '1x', '-5s', '1m 30s', '1.s'])('“%s” is none', (text) => {
    expect(readDuration(text)).toBeNull();
  });
});

describe('limits', () => {
  test('of Anthropic, where the sum of tokens only repeats the tighter of its parts', () => {
    const { windows, waitUntil } = readLimits(
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:01Z',
        'anthropic-ratelimit-tokens-limit': '400000',
        'anthropic-ratelimit-tokens-remaining': '100000',
        'anthropic-ratelimit-tokens-reset': '2026-11-22T10:00:45Z',
        'anthropic-ratelimit-input-tokens-limit': '400000',
        'anthropic-ratelimit-input-tokens-remaining': '100000',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-22T10:00:45Z',
      },
      NOW,
    );
    expect(windows).toEqual([
      {
        name: 'requests',
        unit: 'requests',
        limit: 50,
        remaining: 49,
        used: 1 - 49 / 50,
        resetAt: NOW + 1_000,
        isCoarse: true,
        lengthMs: null,
      },
      {
        name: 'input_tokens',
        unit: 'input',
        limit: 400_000,
        remaining: 100_000,
        used: 0.75,
        resetAt: NOW + 45_000,
        isCoarse: true,
        lengthMs: null,
      },
    ]);
    expect(waitUntil).toBeNull();
  });

  test('of subscriptions, with their lengths', () => {
    const { windows, waitUntil } = readLimits(
      {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(NOW / 1_000 + 600),
        'anthropic-ratelimit-unified-5h-status': 'rejected',
        'anthropic-ratelimit-unified-5h-utilization': '0.97',
        'anthropic-ratelimit-unified-5h-reset': String(NOW / 1_000 + 600),
        'anthropic-ratelimit-unified-7d-utilization': '0.5',
      },
      NOW,
    );
    expect(windows).toMatchObject([
      { name: 'unified_5h', used: 1, lengthMs: 5 * 3_600_000, resetAt: NOW + 600_000 },
      { name: 'unified_7d', used: 0.5, lengthMs: 7 * 86_400_000, resetAt: null },
    ]);
    expect(waitUntil).toBe(NOW + 600_000);
  });

  test('of OpenAI', () => {
    const { windows } = readLimits(
      {
        'x-ratelimit-limit-requests': '500',
        'x-ratelimit-remaining-requests': '499',
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-limit-tokens': '30000',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '1m0s',
      },
      NOW,
    );
    expect(windows).toMatchObject([
      { name: 'requests', resetAt: NOW + 120, isCoarse: false },
      { name: 'tokens', unit: 'tokens', remaining: 0, used: 1, resetAt: NOW + 60_000 },
    ]);
  });

  test.each([
    [{ 'retry-after': '30' }, NOW + 30_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 10:01:00 GMT' }, NOW + 60_000],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, NOW + 1_500],
    [{ 'retry-after': 'later' }, null],
  ])('a wait: %j', (headers, until) => {
    expect(readLimits(headers, NOW).waitUntil).toBe(until);
  });

  test('what cannot be read is left out, whatever it is', () => {
    const names = fc.constantFrom(
      'anthropic-ratelimit-requests-limit',
      'anthropic-ratelimit-requests-remaining',
      'anthropic-ratelimit-requests-reset',
      'anthropic-ratelimit-unified-5h-utilization',
      'anthropic-ratelimit-unified-5h-reset',
      'x-ratelimit-limit-tokens',
      'x-ratelimit-remaining-tokens',
      'x-ratelimit-reset-tokens',
      'retry-after',
    );
    const values = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
    fc.assert(
      fc.property(fc.dictionary(names, values), (headers) => {
        const { windows, waitUntil } = readLimits(headers, NOW);
        for (const { used, resetAt, limit, remaining } of windows) {
          expect(used >= 0 && used <= 1).toBe(true);
          expect(resetAt === null || Number.isFinite(resetAt)).toBe(true);
          expect((limit ?? 1) > 0 && (remaining ?? 0) <= (limit ?? 1)).toBe(true);
        }
        expect(waitUntil === null || Number.isFinite(waitUntil)).toBe(true);
      }),
    );
  });
});
