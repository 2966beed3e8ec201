/** What calls may come to: refused when it is spent, held back for while calls are under way, begun anew each day. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AgentId, attemptIdOf, taskIdOf } from '../../../../shared/ids.ts';
import { MICROS } from '../../../../shared/usage.ts';
import { testClock } from '../../journal/testing.ts';
import type { Asker } from '../models/port.ts';
import { createBudgets, type BudgetLimits, type BudgetsOptions } from './budgets.ts';

const NONE: BudgetLimits = {
  taskDollars: null,
  taskTokens: null,
  repositoryDollars: null,
  repositoryTokens: null,
  dayDollars: null,
  dayTokens: null,
};

function askerOf(task: number, repo = 'https://example.com/shop'): Asker {
  const taskId = taskIdOf(task);
  return {
    attemptId: attemptIdOf(taskId, 1),
    taskId,
    agentId: AgentId.parse('alice'),
    priority: 'normal',
    repo,
    engine: 'claude-code',
  };
}

function budgetsWith(limits: Partial<BudgetLimits>, more: Partial<BudgetsOptions> = {}) {
  const clock = testClock();
  const budgets = createBudgets({
    limits: () => ({ ...NONE, ...limits }),
    clock,
    ofTask: () => ({ micros: 0, tokens: 0 }),
    since: () => new Map(),
    ...more,
  });
  return { clock, budgets };
}

const dollars = (amount: number) => ({ micros: amount * MICROS, tokens: 1_000 });

describe('what is spent', () => {
  test.each([
    [
      { taskDollars: 5 },
      'The budget of this task is spent: $6.00 of $5.00.',
      'budgets.taskDollars',
    ],
    [
      { repositoryDollars: 5 },
      'The budget of this repository for today is spent: $6.00 of $5.00.',
      'budgets.repositoryDollars',
    ],
    [
      { dayTokens: 1_000 },
      'The budget for today is spent: 1000 of 1000 tokens.',
      'budgets.dayTokens',
    ],
  ])('is refused with how much and where to raise it: %j', (limits, words, setting) => {
    const { budgets } = budgetsWith(limits);
    const asker = askerOf(1);
    expect(budgets.check(asker, dollars(1))).toEqual({ state: 'open' });
    budgets.settle(budgets.reserve(asker, dollars(1)), dollars(6));
    const verdict = budgets.check(asker, dollars(0.01));
    expect(verdict).toMatchObject({
      state: 'spent',
      message: `${words} Raise it in Settings → Engines (${setting}).`,
    });
  });

  test('of one task or repository says nothing of another', () => {
    const { budgets } = budgetsWith({ taskDollars: 5, repositoryDollars: 8 });
    budgets.settle(budgets.reserve(askerOf(1), dollars(1)), dollars(6));
    expect(budgets.check(askerOf(2), dollars(1)).state).toBe('open');
    budgets.settle(budgets.reserve(askerOf(2), dollars(1)), dollars(2));
    expect(budgets.check(askerOf(3), dollars(1)).state).toBe('spent');
    expect(budgets.check(askerOf(4, 'https://example.com/till'), dollars(1)).state).toBe('open');
  });

  test('before the start counts: of the task, and of the day', () => {
    const before = { micros: 4 * MICROS, tokens: 10 };
    const { budgets } = budgetsWith(
      { taskDollars: 4, dayDollars: 9 },
      {
        ofTask: (id) => (id === taskIdOf(1) ? before : { micros: 0, tokens: 0 }),
        since: () => new Map([['https://example.com/shop', { micros: 8 * MICROS, tokens: 1 }]]),
      },
    );
    expect(budgets.check(askerOf(1), dollars(1)).state).toBe('spent');
    expect(budgets.check(askerOf(2), dollars(1)).state).toBe('open');
    budgets.settle(budgets.reserve(askerOf(2), dollars(1)), dollars(1));
    expect(budgets.check(askerOf(2), dollars(1))).toMatchObject({
      message:
        'The budget for today is spent: $9.00 of $9.00. Raise it in Settings → Engines (budgets.dayDollars).',
    });
  });

  test('of a day is over with it; of a task it is not', () => {
    const { budgets, clock } = budgetsWith({ dayDollars: 5 });
    budgets.settle(budgets.reserve(askerOf(1), dollars(1)), dollars(6));
    const verdict = budgets.check(askerOf(1), dollars(1));
    expect(verdict.state).toBe('spent');
    const until = verdict.state === 'spent' ? verdict.until : null;
    expect(until).toBeGreaterThan(clock.now());
    clock.advance((until ?? 0) - clock.now());
    expect(budgets.check(askerOf(1), dollars(1)).state).toBe('open');
  });
});

test('alerts come at 80 and at 100 of a hundred, once each', () => {
  const { budgets } = budgetsWith({ dayDollars: 10 });
  const alerts: unknown[] = [];
  budgets.onAlert(({ scope, share, spent }) => alerts.push([scope, share, spent]));
  for (const amount of [7, 1, 1, 1, 1]) {
    budgets.settle(budgets.reserve(askerOf(1), dollars(1)), dollars(amount));
  }
  expect(alerts).toEqual([
    ['day', 0.8, 8],
    ['day', 1, 10],
  ]);
});

test('however many come at once, at most the last one goes beyond, and nothing stays kept', () => {
  const call = fc.record({
    task: fc.integer({ min: 1, max: 3 }),
    estimate: fc.integer({ min: 1, max: 100 }),
    /** Of the estimate. */
    used: fc.double({ min: 0, max: 1, noNaN: true }),
    ends: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
      const { budgets } = budgetsWith({ dayTokens: 1_000 });
      const open: (() => void)[] = [];
      let spent = 0;
      for (const { task, estimate, used, ends } of calls) {
        const asker = askerOf(task);
        const amount = { micros: 0, tokens: estimate };
        if (budgets.check(asker, amount).state === 'open') {
          const reservation = budgets.reserve(asker, amount);
          open.push(() => {
            spent += Math.floor(estimate * used);
            budgets.settle(reservation, { micros: 0, tokens: Math.floor(estimate * used) });
          });
        }
        if (ends) open.shift()?.();
      }
      for (const end of open) end();
      expect(spent).toBeLessThan(1_000 + 100);
      const verdict = budgets.check(askerOf(1), { micros: 0, tokens: 100_000 });
      expect(verdict.state).toBe(spent >= 1_000 ? 'spent' : 'open');
    }),
  );
});
