/** What budgets begin with: what the journal knows of what was used. */
import { HOUR_MS } from '../../../../shared/domain/usage.ts';
import { AMOUNTS, MICROS } from '../../../../shared/usage.ts';
import type { Journal } from '../../journal/port.ts';
import type { BudgetsOptions, Spent } from './budgets.ts';

export function spentBefore(
  journal: Pick<Journal, 'attemptsOf' | 'usage'>,
): Pick<BudgetsOptions, 'ofTask' | 'since'> {
  return {
    ofTask(id) {
      let micros = 0;
      let tokens = 0;
      for (const { usage } of journal.attemptsOf(id)) {
        micros += Math.round((usage?.costUsd ?? 0) * MICROS);
        tokens += (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
      }
      return { micros, tokens };
    },
    /** By whole hours of UTC: where midnight lies within one, that hour counts in full. */
    since(from) {
      const rows = journal.usage.sums('repo', Math.floor(from / HOUR_MS), Number.MAX_SAFE_INTEGER);
      return new Map(rows.map(([repo, ...amounts]) => [repo, spentIn(amounts)]));
    },
  };
}

function spentIn(amounts: readonly number[]): Spent {
  const of = (name: (typeof AMOUNTS)[number]): number => amounts[AMOUNTS.indexOf(name)] ?? 0;
  return { micros: of('costMicros'), tokens: of('inputTokens') + of('outputTokens') };
}
