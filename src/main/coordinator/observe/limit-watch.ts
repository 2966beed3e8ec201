/**
 * How limits of accounts and budgets were used in the last two hours, when each will be reached, and the word about those that
 * are near. In memory: looked at once a minute, as neither providers nor budgets tell of their past.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { BudgetOutlook, LimitOutlook } from '../../../shared/contract-usage.ts';
import { limitForecast, type LimitForecast, type UsedAt } from '../../../shared/limit-forecast.ts';
import type { ModelAccountId } from '../../../shared/models.ts';
import type { AccountState } from '../gateway/models/port.ts';
import { alertsOf, type Alert } from './alerts.ts';
import type { BudgetUse } from './budget-uses.ts';

/** Where the word about limits that are near goes. */
export interface LimitConditions {
  set(kind: 'limit_near', message: string): void;
  clear(kind: 'limit_near'): void;
}

export interface LimitWatchDeps {
  readonly states: () => readonly Pick<AccountState, 'id' | 'windows'>[];
  readonly budgets: () => readonly BudgetUse[];
  /** What people call an account. */
  readonly nameOf: (id: ModelAccountId) => string;
  readonly conditions: LimitConditions;
  readonly clock: Clock;
}

export interface LimitWatch {
  /** As they stand now; asks the gateway, and nobody outside. */
  read(): { readonly limits: LimitOutlook[]; readonly budgets: BudgetOutlook[] };
  close(): void;
}

const STEP_MS = 60_000;
const KEPT_MS = 2 * 60 * 60_000;
/** A window that begins anew this soon passes by itself: nobody is told. */
const SHORT_MS = 10 * 60_000;

export function watchLimits(deps: LimitWatchDeps): LimitWatch {
  const { states, budgets, conditions, clock } = deps;
  const past = new Map<string, UsedAt[]>();
  let alerts: Alert[] = [];
  let stop = (): void => {};

  function outlookOf(key: string, used: number, resetAt: number | null): LimitForecast {
    const now = clock.now();
    return limitForecast([...(past.get(key) ?? []), { at: now, used }], now, resetAt);
  }

  function read(): ReturnType<LimitWatch['read']> {
    return {
      limits: states().flatMap(({ id, windows }) =>
        windows.map(({ name, used, resetAt }) => ({
          ...{ accountId: id, window: name, used, resetAt },
          ...outlookOf(limitKey(id, name), used, resetAt),
        })),
      ),
      budgets: budgets().map((budget) => ({
        ...budget,
        ...outlookOf(budgetKey(budget), shareOf(budget), budget.resetAt),
      })),
    };
  }

  function look(): void {
    const found = read();
    alerts = alertsOf(alerts, usesOf(found, alerts, clock.now()));
    tell(found);
    keep([
      ...found.limits.map((one) => [limitKey(one.accountId, one.window), one.used] as const),
      ...found.budgets.map((one) => [budgetKey(one), shareOf(one)] as const),
    ]);
    stop = clock.after(STEP_MS, look);
  }

  function keep(uses: readonly (readonly [key: string, used: number])[]): void {
    const now = clock.now();
    const known = new Set(uses.map(([key]) => key));
    for (const key of past.keys()) if (!known.has(key)) past.delete(key);
    for (const [key, used] of uses) {
      const recent = (past.get(key) ?? []).filter(({ at }) => at > now - KEPT_MS && at < now);
      past.set(key, [...recent, { at: now, used }]);
    }
  }

  function tell(found: ReturnType<LimitWatch['read']>): void {
    if (alerts.length === 0) return conditions.clear('limit_near');
    const words = alerts.map((alert) => sentenceOf(alert, found, deps));
    conditions.set('limit_near', words.join(' '));
  }

  look();
  return { read, close: () => stop() };
}

function usesOf(
  { limits, budgets }: ReturnType<LimitWatch['read']>,
  alerts: readonly Alert[],
  now: number,
) {
  const isSure = ({ confidence }: LimitForecast): boolean =>
    confidence === 'good' || confidence === 'fair';
  const told = new Set(alerts.map(({ key }) => key));
  return [
    ...limits
      .map((one) => ({ ...one, key: limitKey(one.accountId, one.window) }))
      .filter(({ key, resetAt }) => told.has(key) || (resetAt !== null && resetAt - now > SHORT_MS))
      .map((one) => ({ ...one, expected: isSure(one) ? one.expected : null })),
    ...budgets.map((one) => ({
      ...{ key: budgetKey(one), used: shareOf(one) },
      expected: isSure(one) ? one.expected : null,
    })),
  ];
}

/** Only levels, and no numbers that change each minute: the word is said once. */
function sentenceOf(
  { key, used, expected }: Alert,
  { limits, budgets }: ReturnType<LimitWatch['read']>,
  { nameOf }: Pick<LimitWatchDeps, 'nameOf'>,
): string {
  const limit = limits.find((one) => limitKey(one.accountId, one.window) === key);
  const budget = budgets.find((one) => budgetKey(one) === key);
  const name = limit
    ? `the limit ${limit.window} of ${nameOf(limit.accountId)}`
    : `the budget of ${budget?.scope === 'day' ? 'the day' : (budget?.name ?? key)}`;
  if (used === 1) return `All of ${name} is used.`;
  if (expected === 1) return `If it goes on like this, ${name} is used up before it begins anew.`;
  if (used !== null) return `${used * 100} % of ${name} is used.`;
  return `If it goes on like this, ${(expected ?? 0) * 100} % of ${name} will be used.`;
}

function limitKey(id: ModelAccountId, window: string): string {
  return `limit ${id} ${window}`;
}

function budgetKey({ scope, name, unit }: Pick<BudgetUse, 'scope' | 'name' | 'unit'>): string {
  return `budget ${scope} ${unit} ${name}`;
}

function shareOf({ used, limit }: Pick<BudgetUse, 'used' | 'limit'>): number {
  return limit > 0 ? used / limit : 1;
}
