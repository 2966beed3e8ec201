/** Alerts come once for each level, and do not flicker at its edge. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertsOf, LEVELS, type Alert } from './alerts.ts';

const levels = (uses: readonly number[]): (number | null)[] => {
  let alerts: Alert[] = [];
  return uses.map((used) => {
    alerts = alertsOf(alerts, [{ key: 'a', used, expected: null }]);
    return alerts[0]?.used ?? null;
  });
};

describe('a level', () => {
  it('is told when it is reached', () => {
    expect(levels([0.5, 0.8, 0.89, 0.9, 0.99, 1, 1.2])).toEqual([null, 0.8, 0.8, 0.9, 0.9, 1, 1]);
  });

  it('is left only well below it', () => {
    expect(levels([0.9, 0.87, 0.91, 0.84, 0.76, 0.74])).toEqual([0.9, 0.9, 0.9, 0.8, 0.8, null]);
  });

  it('is left at once when the window begins anew', () => {
    expect(levels([1, 0.02, 0.8])).toEqual([1, null, 0.8]);
  });

  it('is never above what is used, nor far below it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1.3, noNaN: true })), (uses) => {
        for (const [index, level] of levels(uses).entries()) {
          const used = uses[index] ?? 0;
          const now = LEVELS.findLast((one) => used >= one) ?? 0;
          expect(level ?? 0).toBeGreaterThanOrEqual(now);
          expect(level ?? 0).toBeLessThanOrEqual(level === null ? 0 : used + 0.05);
        }
      }),
    );
  });
});

it('tells what is and what will be apart, and forgets limits that are gone', () => {
  const first = alertsOf([], [{ key: 'a', used: 0.2, expected: 0.95 }]);
  expect(first).toEqual([{ key: 'a', used: null, expected: 0.9 }]);
  expect(alertsOf(first, [])).toEqual([]);
});
