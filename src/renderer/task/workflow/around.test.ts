import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { around } from './around.ts';

it('shows no more than asked, in order, always the place, and says how many are left out', () => {
  const lists = fc.array(fc.integer(), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(lists, fc.nat(), fc.integer({ min: 1, max: 20 }), (numbers, place, most) => {
      const all = numbers.map((_, index) => index);
      const at = place % all.length;
      const { before, shown, after } = around(all, at, most);
      expect(shown).toEqual(all.slice(before, before + shown.length));
      expect(shown).toHaveLength(Math.min(most, all.length));
      expect(shown).toContain(at);
      expect(before + shown.length + after).toBe(all.length);
    }),
  );
});

it('begins at the beginning when there is no place', () => {
  expect(around(['a', 'b', 'c'], -1, 2)).toEqual({ before: 0, shown: ['a', 'b'], after: 1 });
  expect(around([], -1, 2)).toEqual({ before: 0, shown: [], after: 0 });
});
