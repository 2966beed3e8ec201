/** Limits of accounts and budgets over two hours: when they are reached, and that a person is told in time, once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelAccountId } from '../../../shared/models.ts';
import { testClock } from '../journal/testing.ts';
import type { BudgetUse } from './budget-uses.ts';
import { watchLimits, type LimitWatch } from './limit-watch.ts';

const WORKS = ModelAccountId.parse('acct-works0000');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: ReturnType<typeof testClock>;
let used: number;
let resetAt: number;
let budgets: BudgetUse[];
let watch: LimitWatch;
let told: string[];
let lasting: string | null;

beforeEach(() => {
  clock = testClock();
  used = 0;
  resetAt = clock.now() + 5 * HOUR;
  budgets = [];
  told = [];
  lasting = null;
  watch = watchLimits({
    states: () => [
      { id: WORKS, windows: [{ name: '5h', limit: null, remaining: null, used, resetAt }] },
    ],
    budgets: () => budgets,
    nameOf: () => 'Works',
    conditions: {
      set(_, message) {
        if (message !== lasting) told.push(message);
        lasting = message;
      },
      clear: () => void (lasting = null),
    },
    clock,
  });
});
afterEach(() => watch.close());

/** Uses `step` of the limit in each of so many minutes. */
function use(minutes: number, step: number): void {
  for (let n = 0; n < minutes; n += 1) {
    used += step;
    clock.advance(MINUTE);
  }
}

describe('a limit', () => {
  it('is foretold from how it was used', () => {
    use(60, 0.005);
    const [limit] = watch.read().limits;
    expect(limit).toMatchObject({ accountId: WORKS, window: '5h', resetAt, confidence: 'good' });
    const left = (limit?.reachesAt ?? 0) - clock.now();
    expect(left / MINUTE).toBeCloseTo(140, 0);
  });

  it('is foretold from the last two hours only', () => {
    use(100, 0.001);
    use(121, 0);
    expect(watch.read().limits[0]).toMatchObject({ reachesAt: null, confidence: 'quiet' });
  });

  it('is told once when it will be reached, and at each level that it reaches', () => {
    use(59, 0.002);
    expect(told).toEqual([]);
    use(200, 0.004);
    expect(told).toEqual([
      expect.stringContaining('80 % of the limit 5h of Works will be used'),
      expect.stringContaining('90 % of the limit 5h of Works will be used'),
      expect.stringContaining('used up before it begins anew'),
    ]);
    use(30, 0.01);
    expect(told.at(-1)).toBe('All of the limit 5h of Works is used.');
    used = 0;
    resetAt += 5 * HOUR;
    clock.advance(MINUTE);
    expect(lasting).toBeNull();
  });

  it('of a minute passes by itself: nobody is told', () => {
    resetAt = clock.now() + 5 * MINUTE;
    use(3, 0.4);
    expect(told).toEqual([]);
  });
});

it('a budget is foretold and told like a limit', () => {
  const about = { scope: 'day', name: '', unit: 'usd', resetAt } as const;
  for (let n = 0; n < 60; n += 1) {
    budgets = [{ ...about, limit: 20, used: n * 0.1 }];
    clock.advance(MINUTE);
  }
  const [budget] = watch.read().budgets;
  expect(((budget?.reachesAt ?? 0) - clock.now()) / MINUTE).toBeCloseTo(141, -1);
  expect(told.at(-1)).toContain('the budget of the day is used up before it begins anew');
});
