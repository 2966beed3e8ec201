/** What a chart draws is what it was given: nothing is invented over gaps, and axes hold every value. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathsOf } from './path.ts';
import { shareOf, timeTicks, valueTicks } from './scale.ts';
import { nearest, summaryOf, thinned, type Point } from './series.ts';

const POINTS = fc
  .array(fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })), { maxLength: 2_000 })
  .map((values): Point[] => values.map((value, index) => ({ at: index * 1_000, value })));

const line = (...values: (number | null)[]): Point[] =>
  values.map((value, index) => ({ at: index, value }));

describe('thinned', () => {
  it('keeps to its bound and within the values it was given', () => {
    fc.assert(
      fc.property(POINTS, (points) => {
        const few = thinned(points);
        expect(few.length).toBeLessThanOrEqual(300);
        const all = summaryOf(points);
        const found = summaryOf(few);
        expect(found === null).toBe(all === null);
        if (!found || !all) return;
        expect(found.highest).toBeLessThanOrEqual(all.highest * (1 + 1e-9));
        expect(found.lowest).toBeGreaterThanOrEqual(all.lowest * (1 - 1e-9));
      }),
    );
  });

  it('leaves a gap where a whole piece is unknown', () => {
    const points = line(1, 3, null, null, 5, null);
    expect(thinned(points, 3).map(({ value }) => value)).toEqual([2, null, 5]);
  });
});

describe('nearest', () => {
  it('finds what a search of all finds', () => {
    fc.assert(
      fc.property(POINTS, fc.integer({ min: -5_000, max: 2_005_000 }), (points, at) => {
        const best = Math.min(...points.map((point) => Math.abs(point.at - at)));
        const found = nearest(points, at);
        expect(found ? Math.abs(found.at - at) : Infinity).toBe(best);
      }),
    );
  });
});

describe('the axis of values', () => {
  it('begins at 0 and holds the highest value, in few steps', () => {
    const max = fc.double({ min: 1e-6, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(
        max,
        fc.constantFrom('decimal' as const, 'binary' as const, 'whole' as const),
        (top, base) => {
          const ticks = valueTicks(top, base);
          expect(ticks[0]).toBe(0);
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(top * (1 - 1e-6));
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(6);
        },
      ),
    );
  });

  it('is round in its own base', () => {
    expect(valueTicks(97)).toEqual([0, 25, 50, 75, 100]);
    const GiB = 1024 ** 3;
    expect(valueTicks(7 * GiB, 'binary')).toEqual([0, 2 * GiB, 4 * GiB, 6 * GiB, 8 * GiB]);
    expect(valueTicks(1, 'whole')).toEqual([0, 1]);
    expect(valueTicks(11, 'whole')).toEqual([0, 5, 10, 15]);
    expect(valueTicks(0, 'binary')).toEqual([0, 1]);
    expect(valueTicks(0)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});

describe('the axis of time', () => {
  it('names round moments of the wall clock', () => {
    const from = Date.UTC(2026, 10, 21, 9, 7);
    const minutes = timeTicks(from, from + 15 * 60_000, 0).map((at) => (at / 60_000) % 60);
    expect(minutes).toEqual([10, 15, 20]);
    const offset = -330 * 60_000;
    const days = timeTicks(from, from + 5 * 86_400_000, offset);
    for (const at of days) expect((at - offset) % 86_400_000).toBe(0);
  });

  it('is empty where there is no time', () => expect(timeTicks(5, 5, 0)).toEqual([]));
});

describe('a path', () => {
  const frame = { from: 0, to: 4, max: 10 };

  it('is broken at a gap, and closed under each piece', () => {
    const { line: drawn, area } = pathsOf(line(0, 10, null, 5, 5), frame);
    expect(drawn).toBe('M0,100L250,0M750,50L1000,50');
    expect(area.match(/Z/g)).toHaveLength(2);
  });

  it('shows a value that stands alone', () => {
    expect(pathsOf(line(null, 5, null), frame).line).toBe('M250,50L252,50');
  });

  it('never leaves its box', () => {
    expect(shareOf(11, 0, 10)).toBe(1);
    expect(pathsOf([{ at: -3, value: 99 }, ...line(1)], frame).line).toBe('M0,0L0,90');
  });
});
