/** Waiting raises a task: the order of the queue, and that nothing waits for ever. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { HEAD_START_MS, rankOf } from './rank.ts';
import { PRIORITIES } from './task.ts';

const HOUR = 60 * 60_000;
const priority = fc.constantFrom(...PRIORITIES);
const time = fc.integer({ min: 0, max: 2_000_000_000_000 });

it('puts a higher priority first among tasks that came together', () => {
  expect(PRIORITIES.toSorted((a, b) => rankOf(a, 0) - rankOf(b, 0))).toEqual([
    'urgent',
    'high',
    'normal',
    'low',
  ]);
});

it('lets a task that waited for the difference of the head starts go first', () => {
  fc.assert(
    fc.property(priority, priority, time, (waiting, coming, now) => {
      const queuedAt = now - (HEAD_START_MS[coming] - HEAD_START_MS[waiting]) - 1;
      expect(rankOf(waiting, queuedAt)).toBeLessThan(rankOf(coming, now));
    }),
  );
});

it('lets a low task go before any new one after a day', () => {
  fc.assert(
    fc.property(priority, time, (coming, now) => {
      expect(rankOf('low', now - 24 * HOUR)).toBeLessThanOrEqual(rankOf(coming, now));
    }),
  );
});

it('lets an urgent task go before a low one that waits since yesterday evening', () => {
  expect(rankOf('urgent', 23 * HOUR)).toBeLessThan(rankOf('low', 0));
});
