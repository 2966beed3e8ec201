/** How agents stand to a task, in English. */
import type { Strategy } from '../../shared/domain/strategy.ts';

const strategies: Record<Strategy, string> = {
  balanced: 'balanced',
  geography: 'near the data',
  capability: 'the most able',
  load: 'the least loaded',
};

export const enPlacement = {
  now: (strategy: string) => `How the agents stand to it now, weighed by: ${strategy}`,
  strategies,
  others: 'Others',
  count: (n: number, why: string) => `${n} × ${why}`,
  outscored: 'had fewer points',
};
