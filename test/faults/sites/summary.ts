/** What a run with several coordinators found, for the terminal. */
import type { SitesResult, SitesRun } from './laboratory.ts';

export function summaryOfSites(
  { hits, thrown, tasks, attempts, events, violations }: SitesResult,
  { seed, sites }: Pick<SitesRun, 'seed' | 'sites'>,
): { readonly text: string; readonly code: 0 | 1 } {
  const count = (name: string): number =>
    violations.filter(({ invariant }) => invariant === name).length;
  const listed = [...tasks].map(([state, some]) => `${some} ${state}`).join(', ');
  const lines = [
    `seed ${seed}: ${total(hits)} faults on ${sites} coordinators (${thrown} thrown)`,
    ...[...hits].map(([name, some]) => `  ${String(some).padStart(5)}  ${name}`),
    `tasks: ${total(tasks)} (${listed}); ${attempts} attempts; ${events} events in ${sites} logs`,
    `lost: ${count('lost')}, doubled: ${count('doubled')}, violations: ${violations.length}`,
    ...violations.map(({ invariant, what }) => `  ${invariant}: ${what}`),
  ];
  if (violations.length === 0) return { text: lines.join('\n'), code: 0 };
  const again = `again: npm run faults -- --sites ${sites} --seed ${seed} --faults ${thrown}`;
  return { text: [...lines, again].join('\n'), code: 1 };
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, some) => sum + some, 0);
}
