import { assert, constantFrom, nat, property } from 'fast-check';
import { expect, it } from 'vitest';
import { PRIORITIES } from '../../../shared/domain/task.ts';
import { levelAt } from './level.ts';

const HOUR = 3_600_000;

it('begins with the priority, and rises to the first level by waiting', () => {
  expect(PRIORITIES.map((priority) => levelAt(priority, 5, 5))).toEqual([1, 2, 3, 4]);
  expect([HOUR - 1, HOUR, 4 * HOUR, 24 * HOUR].map((at) => levelAt('low', 0, at))).toEqual([
    4, 3, 2, 1,
  ]);
});

it('never falls behind by waiting, and stays within 1 to 4', () => {
  const priority = constantFrom(...PRIORITIES);
  assert(
    property(priority, nat(), nat(), nat(), (one, queuedAt, wait, more) => {
      const early = levelAt(one, queuedAt, queuedAt + wait);
      const late = levelAt(one, queuedAt, queuedAt + wait + more);
      expect(late).toBeLessThanOrEqual(early);
      expect([1, 2, 3, 4]).toContain(early);
    }),
  );
});
