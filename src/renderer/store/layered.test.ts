import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { layered } from './layered.ts';

const key = fc.integer({ min: 0, max: 40 }).map((n) => `k${n}`);
const entry = fc.tuple(key, fc.integer());
const batches = fc.array(
  fc.record({ changes: fc.array(entry, { maxLength: 6 }), isWalked: fc.boolean() }),
  { maxLength: 30 },
);

test('a map in layers is at every step what a copied map would be, in the same order', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), batches, (first, steps) => {
      let plain = new Map(first);
      let map: ReadonlyMap<string, number> = plain;
      for (const { changes, isWalked } of steps) {
        plain = new Map([...plain, ...changes]);
        map = layered(map, new Map(changes), 4);
        expect(map.size).toBe(plain.size);
        for (const each of [...plain.keys(), 'absent'])
          expect([map.get(each), map.has(each)]).toEqual([plain.get(each), plain.has(each)]);
        // Only some are: walking through one changes what the next is made of.
        const walked = isWalked ? [...map] : [...plain];
        expect(walked).toEqual([...plain]);
      }
      expect([...map.values()]).toEqual([...plain.values()]);
    }),
  );
});

test('the map before stays as it was', () => {
  const base = new Map(Array.from({ length: 100 }, (_, n) => [n, 'old'] as const));
  const once = layered<number, string>(base, new Map([[1, 'once']]), 4);
  const twice = layered(once, new Map([[1, 'twice']]), 4);
  expect([base.get(1), once.get(1), twice.get(1)]).toEqual(['old', 'once', 'twice']);
  expect([...once].filter(([, value]) => value !== 'old')).toEqual([[1, 'once']]);
});
