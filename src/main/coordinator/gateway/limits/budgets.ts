/**
 * What calls of models may come to, in dollars and in tokens: of one task, of one repository on one day, of all on one day, as
 * the settings `budgets.*` say. What calls under way are going to use is kept back, so that ten at once do not go beyond by
 * ten: at most the last one of them does. What was used before comes from the journal, once; then from the calls themselves.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { Settings } from '../../../../shared/settings.ts';
import type { TaskId } from '../../../../shared/ids.ts';
import { MICROS } from '../../../../shared/usage.ts';
import type { Asker } from '../models/port.ts';

export interface Spent {
  readonly micros: number;
  readonly tokens: number;
}

export type BudgetLimits = Settings['budgets'];
type BudgetScope = 'task' | 'repository' | 'day';

/** How one budget stands, for people. */
interface BudgetState {
  readonly scope: BudgetScope;
  /** The id of the task, the address of the repository; empty for the day. */
  readonly of: string;
  readonly unit: 'dollars' | 'tokens';
  readonly spent: number;
  readonly limit: number;
}

/** A budget came to that share of itself. Told once each, until the next day or another limit. */
export interface BudgetAlert extends BudgetState {
  readonly share: 0.8 | 1;
}

export type BudgetVerdict =
  | { readonly state: 'open' }
  /** Calls under way may use the rest: it is known when they are over. */
  | { readonly state: 'wait'; readonly key: string }
  /** `until`: the next day (epoch ms), for a budget of the day. */
  | { readonly state: 'spent'; readonly message: string; readonly until: number | null };

/** What is kept back for one call. */
export interface BudgetReservation {
  readonly keys: readonly string[];
  readonly kept: Spent;
}

export interface Budgets {
  check(asker: Asker, estimate: Spent): BudgetVerdict;
  reserve(asker: Asker, estimate: Spent): BudgetReservation;
  settle(hold: BudgetReservation, used: Spent): void;
  onAlert(listener: (alert: BudgetAlert) => void): () => void;
}

export interface BudgetsOptions {
  /** Asked for with each call. */
  readonly limits: () => BudgetLimits;
  readonly clock: Pick<Clock, 'now'>;
  /** What all attempts of a task used. */
  readonly ofTask: (id: TaskId) => Spent;
  /** What was used since a moment (epoch ms), by the address of the repository. */
  readonly since: (from: number) => ReadonlyMap<string, Spent>;
}

interface Sum {
  readonly scope: BudgetScope;
  readonly of: string;
  micros: number;
  tokens: number;
  keptMicros: number;
  keptTokens: number;
  underWay: number;
}

const DAY_KEY = 'day';
const NOTHING: Spent = { micros: 0, tokens: 0 };
const SHARES = [1, 0.8] as const;
const UNITS = ['dollars', 'tokens'] as const;
const WORDS: Readonly<Record<BudgetScope, { readonly name: string; readonly setting: string }>> = {
  task: { name: 'of this task', setting: 'budgets.task' },
  repository: { name: 'of this repository for today', setting: 'budgets.repository' },
  day: { name: 'for today', setting: 'budgets.day' },
};

export function createBudgets(options: BudgetsOptions): Budgets {
  return new DayBudgets(options);
}

class DayBudgets implements Budgets {
  readonly #options: BudgetsOptions;
  #sums = new Map<string, Sum>();
  #day = { from: 0, to: 0 };
  /** Alerts that were given, with their limit. */
  #alerted = new Set<string>();
  readonly #listeners = new Set<(alert: BudgetAlert) => void>();

  constructor(options: BudgetsOptions) {
    this.#options = options;
  }

  check(asker: Asker, estimate: Spent): BudgetVerdict {
    const limits = this.#options.limits();
    let wait: string | null = null;
    for (const [key, sum] of this.#sumsOf(asker)) {
      for (const unit of UNITS) {
        const limit = limitOf(limits, sum.scope, unit);
        if (limit === null) continue;
        const spent = spentOf(sum, unit);
        if (spent >= limit) return this.#refusal(sum, unit, limit);
        const more =
          keptOf(sum, unit) + (unit === 'dollars' ? estimate.micros / MICROS : estimate.tokens);
        if (sum.underWay > 0 && spent + more > limit) wait ??= key;
      }
    }
    return wait === null ? { state: 'open' } : { state: 'wait', key: wait };
  }

  reserve(asker: Asker, estimate: Spent): BudgetReservation {
    const all = this.#sumsOf(asker);
    for (const [, sum] of all) {
      sum.keptMicros += estimate.micros;
      sum.keptTokens += estimate.tokens;
      sum.underWay += 1;
    }
    return { keys: all.map(([key]) => key), kept: estimate };
  }

  settle({ keys, kept }: BudgetReservation, used: Spent): void {
    this.#turnDay();
    for (const key of keys) {
      const sum = this.#sums.get(key);
      if (!sum) continue;
      sum.micros += used.micros;
      sum.tokens += used.tokens;
      sum.keptMicros -= kept.micros;
      sum.keptTokens -= kept.tokens;
      sum.underWay -= 1;
      this.#alert(sum);
    }
  }

  onAlert(listener: (alert: BudgetAlert) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #statesOf(sum: Sum): BudgetState[] {
    const limits = this.#options.limits();
    return UNITS.flatMap((unit) => {
      const limit = limitOf(limits, sum.scope, unit);
      if (limit === null) return [];
      return [{ scope: sum.scope, of: sum.of, unit, spent: spentOf(sum, unit), limit }];
    });
  }

  #alert(sum: Sum): void {
    for (const state of this.#statesOf(sum)) {
      const share = SHARES.find((one) => state.spent >= state.limit * one);
      if (share === undefined) continue;
      const key = JSON.stringify([state.scope, state.of, state.unit, state.limit, share]);
      if (this.#alerted.has(key)) continue;
      this.#alerted.add(key);
      for (const listener of this.#listeners) listener({ ...state, share });
    }
  }

  #refusal(sum: Sum, unit: 'dollars' | 'tokens', limit: number): BudgetVerdict {
    const { name, setting } = WORDS[sum.scope];
    const key = `${setting}${unit === 'dollars' ? 'Dollars' : 'Tokens'}`;
    const spent = spentOf(sum, unit);
    const amounts =
      unit === 'dollars'
        ? `$${spent.toFixed(2)} of $${limit.toFixed(2)}`
        : `${spent} of ${limit} tokens`;
    const message = `The budget ${name} is spent: ${amounts}. Raise it in Settings → Engines (${key}).`;
    return { state: 'spent', message, until: sum.scope === 'task' ? null : this.#day.to };
  }

  #sumsOf({ taskId, repo }: Asker): [key: string, sum: Sum][] {
    this.#turnDay();
    const task = `task:${taskId}`;
    const repository = `repository:${repo}`;
    const ofTask =
      this.#sums.get(task) ?? this.#begin(task, 'task', taskId, this.#options.ofTask(taskId));
    return [
      [task, ofTask],
      [repository, this.#sum(repository, 'repository', repo)],
      [DAY_KEY, this.#sum(DAY_KEY, 'day', '')],
    ];
  }

  #sum(key: string, scope: BudgetScope, of: string): Sum {
    return this.#sums.get(key) ?? this.#begin(key, scope, of, NOTHING);
  }

  #begin(key: string, scope: BudgetScope, of: string, before: Spent): Sum {
    const { micros, tokens } = before;
    const sum = { scope, of, micros, tokens, keptMicros: 0, keptTokens: 0, underWay: 0 };
    this.#sums.set(key, sum);
    return sum;
  }

  /** At midnight, and at the start: the day begins with what the journal knows of it. What is under way stays kept. */
  #turnDay(): void {
    const now = this.#options.clock.now();
    if (now >= this.#day.from && now < this.#day.to) return;
    this.#day = dayOf(now);
    this.#alerted = new Set();
    const before = this.#sums;
    this.#sums = new Map();
    for (const [key, sum] of before) {
      if (sum.underWay === 0) continue;
      // A task goes on over midnight; the sums of a day begin with nothing.
      const kept = sum.scope === 'task' ? sum : { ...sum, micros: 0, tokens: 0 };
      this.#sums.set(key, kept);
    }
    const day = this.#sum(DAY_KEY, 'day', '');
    for (const [repo, { micros, tokens }] of this.#options.since(this.#day.from)) {
      for (const sum of [day, this.#sum(`repository:${repo}`, 'repository', repo)]) {
        sum.micros += micros;
        sum.tokens += tokens;
      }
    }
  }
}

function limitOf(
  limits: BudgetLimits,
  scope: BudgetScope,
  unit: 'dollars' | 'tokens',
): number | null {
  return unit === 'dollars' ? limits[`${scope}Dollars`] : limits[`${scope}Tokens`];
}

function spentOf({ micros, tokens }: Spent, unit: 'dollars' | 'tokens'): number {
  return unit === 'dollars' ? micros / MICROS : tokens;
}

function keptOf({ keptMicros, keptTokens }: Sum, unit: 'dollars' | 'tokens'): number {
  return unit === 'dollars' ? keptMicros / MICROS : keptTokens;
}

/** From midnight to midnight on this PC, whose days are not all of 24 hours. */
function dayOf(now: number): { from: number; to: number } {
  const from = new Date(now);
  from.setHours(0, 0, 0, 0);
  const to = new Date(from);
  to.setDate(to.getDate() + 1);
  return { from: from.getTime(), to: to.getTime() };
}
