/** When a limit is reached, told from how it was used. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitForecast, type UsedAt } from './limit-forecast.ts';

const MINUTE = 60_000;

/** One sample a minute, each as much above the one before. */
const steady = (count: number, step: number, from = 0): UsedAt[] =>
  Array.from({ length: count }, (_, n) => ({ at: n * MINUTE, used: from + n * step }));

describe('a limit that is used steadily', () => {
  it('is reached where the line crosses it, and surely', () => {
    const samples = steady(61, 0.01);
    const now = 60 * MINUTE;
    const found = limitForecast(samples, now, 300 * MINUTE);
    expect(found.reachesAt).toBeCloseTo(100 * MINUTE, 0);
    expect(found).toMatchObject({ confidence: 'good' });
    expect(found.expected).toBeCloseTo(3, 5);
  });

  it('is not reached when it begins anew before', () => {
    const found = limitForecast(steady(61, 0.01), 60 * MINUTE, 90 * MINUTE);
    expect(found.reachesAt).toBeNull();
    expect(found.expected).toBeCloseTo(0.9, 5);
  });

  it('is told at any time between its beginning and its end, for any use', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 7, max: 120 }),
        fc.double({ min: 1e-5, max: 0.008, noNaN: true }),
        (count, step) => {
          const samples = steady(count, step);
          const now = (count - 1) * MINUTE;
          const { reachesAt } = limitForecast(samples, now, null);
          expect((reachesAt ?? 0) / MINUTE).toBeCloseTo(1 / step, 2);
        },
      ),
    );
  });
});

describe('what was before a window began anew', () => {
  it('does not count', () => {
    const before = steady(61, 0.015);
    const after = steady(30, 0.01).map(({ at, used }) => ({ at: at + 61 * MINUTE, used }));
    const found = limitForecast([...before, ...after], 90 * MINUTE, null);
    expect(found.reachesAt).toBeCloseTo((61 + 100) * MINUTE, 0);
  });

  it('does, when a number fell by a hair only', () => {
    const samples = steady(61, 0.01).map(({ at, used }, n) => ({
      at,
      used: n === 60 ? used - 0.011 : used,
    }));
    const found = limitForecast(samples, 60 * MINUTE, null);
    expect(found.confidence).toBe('good');
  });
});

describe('confidence', () => {
  it('is low after few steps, or one leap', () => {
    expect(limitForecast(steady(4, 0.1), 3 * MINUTE, null).confidence).toBe('low');
    const leap = steady(60, 0).map((one, n) => (n > 50 ? { ...one, used: 0.5 } : one));
    expect(limitForecast(leap, 59 * MINUTE, null).confidence).toBe('low');
  });

  it('is quiet where nothing is used, and where nothing is known', () => {
    const quiet = { reachesAt: null, confidence: 'quiet' };
    expect(limitForecast(steady(60, 0, 0.4), 59 * MINUTE, null)).toMatchObject(quiet);
    expect(limitForecast([], 0, null)).toMatchObject(quiet);
  });

  it('needs none where the limit is reached', () => {
    const found = limitForecast([{ at: 0, used: 1 }], 7, 100);
    expect(found).toMatchObject({ reachesAt: 7, confidence: 'good' });
  });
});
