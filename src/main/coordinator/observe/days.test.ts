/** Days from hours: nothing is lost, and a day is measured against the same time of the days before. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../shared/domain/usage.ts';
import { NO_AMOUNTS } from '../../../shared/usage.ts';
import { DAY_MS, daysOf, dayStart } from './days.ts';

const hourAt = (at: number, created: number) => ({
  ...NO_AMOUNTS,
  created,
  hour: Math.floor(at / HOUR_MS),
});
/** 14:30 in Tokyo. */
const NOW = Date.UTC(2026, 10, 21, 5, 30);
const TOKYO = -540;

describe('days', () => {
  it('hold each hour once, in the day in which it begins', () => {
    const place = fc.tuple(fc.nat(13 * 24), fc.nat(1_000));
    fc.assert(
      fc.property(
        fc.uniqueArray(place, { selector: ([back]) => back }),
        fc.integer({ min: -840, max: 720 }),
        (places, offset) => {
          const hours = places.map(([back, n]) => hourAt(NOW - back * HOUR_MS, n));
          const { days } = daysOf(hours, { now: NOW, offset, count: 15 });
          for (const { at, amounts } of days) {
            const mine = hours.filter(({ hour }) => dayStart(hour * HOUR_MS, offset) === at);
            expect(amounts.created).toBe(mine.reduce((sum, { created }) => sum + created, 0));
          }
          const all = days.reduce((sum, { amounts }) => sum + amounts.created, 0);
          expect(all).toBe(places.reduce((sum, [, n]) => sum + n, 0));
        },
      ),
    );
  });

  it('are held against the same time of the days before', () => {
    const midnight = dayStart(NOW, TOKYO);
    expect(midnight).toBe(Date.UTC(2026, 10, 20, 15));
    const hours = [
      hourAt(midnight - DAY_MS + 9 * HOUR_MS, 40),
      // Half of this one has passed at 14:30.
      hourAt(midnight - DAY_MS + 14 * HOUR_MS, 10),
      hourAt(midnight - DAY_MS + 20 * HOUR_MS, 500),
      hourAt(midnight + HOUR_MS, 7),
    ];
    const { today, usual, days } = daysOf(hours, { now: NOW, offset: TOKYO, count: 14 });
    expect([today.created, usual?.created]).toEqual([7, 45]);
    expect(days.map(({ amounts }) => amounts.created).slice(-2)).toEqual([550, 7]);
  });

  it('know no usual day before the second one', () => {
    const hours = [hourAt(NOW, 3)];
    expect(daysOf(hours, { now: NOW, offset: 0, count: 7 }).usual).toBeNull();
  });
});
