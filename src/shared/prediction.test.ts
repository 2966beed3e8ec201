/** Forecasts: exact for what is steady, and never beyond reason. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from './prediction.ts';

const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 60 });
const soFar = fc.integer({ min: 0, max: 1_000_000_000 });
const ahead = fc.double({ min: 0, max: 288, noNaN: true });

describe('a forecast', () => {
  it('goes on exactly as a steady day did', () => {
    const rate = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(rate, fc.integer({ min: 6, max: 60 }), soFar, ahead, (each, n, used, left) => {
        const found = forecast(Array<number>(n).fill(each), used, left);
        expect(found.expected / (used + each * left)).toBeCloseTo(1, 9);
        expect(found.high - found.low).toBeLessThan(1e-6 * (1 + found.high));
        expect(found.confidence).toBe('good');
      }),
    );
  });

  it('lies between its ends, and never below what was used already', () => {
    fc.assert(
      fc.property(amounts, soFar, ahead, (some, used, left) => {
        const { low, expected, high } = forecast(some, used, left);
        expect(low).toBeGreaterThanOrEqual(used);
        expect(expected).toBeGreaterThanOrEqual(low);
        expect(high).toBeGreaterThanOrEqual(expected);
      }),
    );
  });

  it('is twice as much for twice as much', () => {
    fc.assert(
      fc.property(amounts, soFar, ahead, (some, used, left) => {
        const once = forecast(some, used, left);
        const twice = forecast(
          some.map((amount) => amount * 2),
          used * 2,
          left,
        );
        expect(twice.expected).toBeCloseTo(once.expected * 2, 3);
        expect(twice.confidence).toBe(once.confidence);
      }),
    );
  });

  it('expects nothing more after quiet hours or at the end of the day, and says when it rests on little', () => {
    expect(forecast([0, 0, 0], 70, 100)).toEqual({
      soFar: 70,
      expected: 70,
      low: 70,
      high: 70,
      confidence: 'quiet',
    });
    expect(forecast([5, 1, 9, 4, 4, 4], 70, 0).expected).toBe(70);
    expect(forecast([0, 0, 0, 0, 0, 0, 0, 90], 90, 20).confidence).toBe('low');
  });
});
