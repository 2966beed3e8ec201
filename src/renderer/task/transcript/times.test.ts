/** When entries came, and which one stood at a time. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entry } from '../../../shared/transcript/entry.ts';
import { matches } from './search.ts';
import { entryAt, timeFinder } from './times.ts';

function entry(n: number, offset: number, at: number | null = null): Entry {
  return { kind: 'thinking', text: `Thought ${n}`, cut: 0, n, offset, at };
}

it('an entry came with the last place before it; its own time counts more', () => {
  const timeOf = timeFinder([
    { offset: 0, at: 100 },
    { offset: 50, at: 900 },
  ]);
  expect([timeOf(entry(0, 0)), timeOf(entry(1, 49)), timeOf(entry(2, 50))]).toEqual([
    100, 100, 900,
  ]);
  expect(timeOf(entry(3, 60, 7))).toBe(7);
  expect(timeFinder([])(entry(0, 0))).toBeNull();
});

it('the entry at a time is the last one that had come', () => {
  const steps = fc.array(fc.nat(9), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: -1, max: 400 }), (gaps, at) => {
      let time = 0;
      const times = gaps.map((gap) => (time += gap));
      const entries = times.map((own, n) => entry(n, n, own));
      expect(entryAt(entries, at, timeFinder([]))).toBe(times.findLastIndex((own) => own <= at));
    }),
  );
});

it('words are found whatever their case', () => {
  expect(matches(entry(3, 0), 'thought 3')).toBe(true);
  expect(matches(entry(3, 0), 'thought 4')).toBe(false);
});
