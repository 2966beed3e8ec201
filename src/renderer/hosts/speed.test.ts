import { expect, it } from 'vitest';
import { speedOf, withReading, type Reading } from './speed.ts';

function readings(...all: readonly (readonly [at: number, done: number])[]) {
  return all.reduce<readonly Reading[]>(
    (before, [at, done]) => withReading(before, { at, done }),
    [],
  );
}

it('is what was done over the time it took', () => {
  expect(speedOf(readings([0, 0], [500, 1_000]))).toBe(2_000);
  expect(speedOf(readings([0, 10_000], [1_000, 13_000]))).toBe(3_000);
});

it('is not told before enough time has passed', () => {
  expect(speedOf([])).toBeNull();
  expect(speedOf(readings([0, 0], [100, 9_000]))).toBeNull();
});

it('forgets how fast it was before', () => {
  const kept = readings([0, 0], [1_000, 9_000_000], [4_900, 9_001_000], [5_200, 9_002_500]);
  expect(speedOf(kept)).toBe(5_000);
});

it('begins anew when it begins anew', () => {
  expect(readings([0, 500], [1_000, 100])).toEqual([{ at: 1_000, done: 100 }]);
});

it('keeps the same readings when nothing was done', () => {
  const before = readings([0, 500]);
  expect(withReading(before, { at: 900, done: 500 })).toBe(before);
});
