/** A day of ten agents and two accounts in virtual time, and the same day without the gateway. */
import { expect, test } from 'vitest';
import { simulateDay } from './testing-day.ts';

test('nothing is refused after the first hour, quotas are used up, and urgent work does not wait', async () => {
  const day = await simulateDay(true, 1);
  expect(day.calls).toBeGreaterThan(10_000);
  expect(day.refusedLater).toBe(0);
  expect(day.leastUse).toBeGreaterThanOrEqual(0.95);
  expect(day.leastUse).toBeLessThanOrEqual(1);
  expect(day.urgentWait).toBeLessThanOrEqual(5_000);
  expect(day.lowWait).toBeLessThan(240_000);
}, 120_000);

test('the same seed is the same day', async () => {
  expect(await simulateDay(true, 7, 2)).toEqual(await simulateDay(true, 7, 2));
}, 120_000);

test('without it quotas are met by failing, and urgent work waits for hours', async () => {
  const day = await simulateDay(false, 1);
  expect(day.refusedLater).toBeGreaterThan(50);
  expect(day.urgentWait).toBeGreaterThan(3_600_000);
}, 120_000);
