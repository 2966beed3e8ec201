/** A day of ten agents and two accounts in virtual time: through the gateway, and as calls that know nothing of each other. */
import { simulateDay, type Day } from '../../src/main/coordinator/gateway/limits/testing-day.ts';
import { row, type Print } from './measure.ts';

const SEED = 20;

export async function benchGatewayDay(print: Print): Promise<void> {
  print(
    'A simulated day: ten agents, two accounts with limits by the minute and quotas of five hours',
  );
  rows(print, 'through the gateway', await simulateDay(true, SEED), true);
  rows(print, 'as they come', await simulateDay(false, SEED), false);
}

function rows(print: Print, what: string, day: Day, hasGoals: boolean): void {
  const goal = (text: string): string => (hasGoals ? text : '');
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  print(row(`${what}: calls answered`, String(day.calls), ''));
  const refused = `${day.refused} / ${day.refusedLater}`;
  print(row(`${what}: refused for limits, in all / after an hour`, refused, goal('… / 0')));
  const use = `${percent(day.leastUse)} / ${percent(day.meanUse)}`;
  print(row(`${what}: quota used, least window / mean`, use, goal('≥ 95 %')));
  const waits = `${seconds(day.urgentWait99)} / ${seconds(day.urgentWait)}`;
  print(row(`${what}: wait of urgent calls, p99 / longest`, waits, goal('≤ 5 s')));
  print(row(`${what}: longest wait of a low call`, seconds(day.lowWait), goal('< 240 s')));
}
