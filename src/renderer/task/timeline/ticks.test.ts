import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ticksOf } from './ticks.ts';

it('has round times in the view, evenly apart and with room for their labels', () => {
  const span = fc
    .tuple(fc.integer({ min: 1.7e12, max: 1.9e12 }), fc.integer({ min: 20, max: 3e10 }))
    .map(([from, length]) => ({ from, until: from + length }));
  const hours = fc.integer({ min: -12, max: 14 });
  fc.assert(
    fc.property(span, fc.integer({ min: 200, max: 3_000 }), hours, (view, width, hour) => {
      const ticks = ticksOf(view, width, hour * 3_600_000, 'en');
      expect(ticks.length).toBeLessThanOrEqual(width / 84 + 1);
      for (const { at } of ticks) {
        expect(at).toBeGreaterThanOrEqual(view.from);
        expect(at).toBeLessThanOrEqual(view.until);
      }
      const gaps = new Set(ticks.slice(1).map(({ at }, i) => at - (ticks[i]?.at ?? 0)));
      expect(gaps.size).toBeLessThanOrEqual(1);
    }),
  );
});

it('says the time as exactly as the steps are, and the day at midnight', () => {
  const midnight = Date.UTC(2026, 10, 21);
  const labels = (from: number, until: number) =>
    ticksOf({ from, until }, 420, 0, 'en').map(({ label }) => label);
  expect(labels(midnight, midnight + 4 * 86_400_000)[0]).toBe('Nov 21');
  expect(labels(midnight + 1, midnight + 1_001)[0]).toMatch(/^\d\d:\d\d:\d\d\.200$/);
});
