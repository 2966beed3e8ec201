/** The bounded cache. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCache } from './cache.ts';

it('never holds more than its capacity, and never forgets what was used last', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.array(fc.nat({ max: 30 })),
      (capacity, keys) => {
        const cache = createCache<number, number>(capacity);
        const recent: number[] = [];
        for (const key of keys) {
          if (cache.get(key) === undefined) cache.set(key, key);
          recent.unshift(key);
          expect(cache.size).toBeLessThanOrEqual(capacity);
          const kept = [...new Set(recent)].slice(0, Math.max(1, Math.floor(capacity / 2) - 1));
          expect(kept.map((wanted) => cache.get(wanted))).toEqual(kept);
        }
      },
    ),
  );
});

it('answers the newest value', () => {
  const cache = createCache<string, number>(4);
  for (let n = 0; n < 10; n++) {
    cache.set('a', n);
    cache.set(`b${n}`, n);
    expect(cache.get('a')).toBe(n);
  }
});
