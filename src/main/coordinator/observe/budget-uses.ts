/** How budgets of the day and of repositories stand: what is allowed (settings) against what was used (the sums of the hours). */
import type { BudgetOutlook } from '../../../shared/contract-usage.ts';
import { HOUR_MS } from '../../../shared/domain/usage.ts';
import type { Settings } from '../../../shared/settings.ts';
import { AMOUNTS, MICROS, type Amounts } from '../../../shared/usage.ts';
import type { UsageTable } from '../db/usage.ts';
import { DAY_MS, dayStart } from './days.ts';

/** One budget as it stands. */
export type BudgetUse = Omit<BudgetOutlook, 'reachesAt' | 'confidence' | 'expected'>;

/** Of repositories, those that are nearest to their bound. */
const MOST_REPOS = 12;

/**
 * @param now epoch ms
 * @param offset of this PC's wall clock, as `Date.getTimezoneOffset` gives it
 */
export function budgetUses(
  budgets: Settings['budgets'],
  usage: Pick<UsageTable, 'sums'>,
  now: number,
  offset: number,
): BudgetUse[] {
  const { dayDollars, dayTokens, repositoryDollars, repositoryTokens } = budgets;
  const start = dayStart(now, offset);
  const hours = [Math.ceil(start / HOUR_MS), Math.ceil((start + DAY_MS) / HOUR_MS)] as const;
  const resetAt = start + DAY_MS;
  function of(scope: 'repo' | 'day', usd: number | null, tokens: number | null): BudgetUse[] {
    if (usd === null && tokens === null) return [];
    const rows = usage.sums(scope === 'day' ? 'all' : 'repo', ...hours);
    const named = rows.map(([name, ...numbers]) => ({ name, numbers }));
    const shown = scope === 'day' && named.length === 0 ? [{ name: '', numbers: [] }] : named;
    return shown.flatMap(({ name, numbers }): BudgetUse[] => {
      const about = { scope, name, resetAt };
      const spent = amount(numbers, 'costMicros') / MICROS;
      const taken = amount(numbers, 'inputTokens') + amount(numbers, 'outputTokens');
      return [
        ...(usd === null ? [] : [{ ...about, unit: 'usd' as const, limit: usd, used: spent }]),
        ...(tokens === null
          ? []
          : [{ ...about, unit: 'tokens' as const, limit: tokens, used: taken }]),
      ];
    });
  }
  const repos = of('repo', repositoryDollars, repositoryTokens)
    .filter(({ used }) => used > 0)
    .toSorted((a, b) => b.used / b.limit - a.used / a.limit);
  return [...of('day', dayDollars, dayTokens), ...repos.slice(0, MOST_REPOS)];
}

function amount(numbers: readonly number[], name: keyof Amounts): number {
  return Math.max(0, numbers[AMOUNTS.indexOf(name)] ?? 0);
}
