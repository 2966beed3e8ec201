/** What a simulation comes to, in numbers that can be held against each other. Pure. */
import { WAIT_TARGETS_MS } from '../../../shared/domain/rank.ts';
import { PRIORITIES, type Priority } from '../../../shared/domain/task.ts';
import type { Simulated } from './simulate.ts';

/** Times in ms, shares from 0 to 1. */
export interface WaitSummary {
  readonly priority: Priority;
  readonly tasks: number;
  readonly p50: number;
  readonly p95: number;
  readonly target: number;
  readonly inTarget: number;
}

export interface Summary {
  readonly way: string;
  readonly waits: readonly WaitSummary[];
  readonly meanWaitMs: number;
  /** Slot time in use while tasks arrive, and while some wait. */
  readonly use: Simulated['use'];
  readonly tookMs: number;
  /** Dollars. */
  readonly cost: number;
  readonly yields: number;
  readonly left: number;
}

export function summaryOf(way: string, simulated: Simulated): Summary {
  const { waits, use, tookMs, cost, yields, left } = simulated;
  const sum = waits.reduce((all, { ms }) => all + ms, 0);
  return {
    ...{ way, use, tookMs, cost, yields, left },
    waits: PRIORITIES.map((priority) => {
      const own = waits.filter((wait) => wait.priority === priority).map(({ ms }) => ms);
      const sorted = own.toSorted((a, b) => a - b);
      const target = WAIT_TARGETS_MS[priority];
      const met = own.filter((ms) => ms <= target).length;
      const [p50, p95] = [at(sorted, 0.5), at(sorted, 0.95)];
      const inTarget = own.length === 0 ? 1 : met / own.length;
      return { priority, tasks: own.length, p50, p95, target, inTarget };
    }),
    meanWaitMs: waits.length === 0 ? 0 : sum / waits.length,
  };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
