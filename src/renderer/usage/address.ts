/** What the usage screen shows, kept in the address: the time, what it is told apart by, and which amount. Pure. */
import type { InputOf } from '../../shared/contract.ts';
import { USAGE_GROUPS, type UsageGroup } from '../../shared/contract-usage.ts';
import { tokensOf, type Usage } from '../../shared/usage.ts';

/** Days in each, the present one included. */
export const RANGES = { today: 1, week: 7, month: 30, quarter: 90 } as const;
export type Range = keyof typeof RANGES;
export const MEASURES = ['tokens', 'cost', 'attempts', 'time'] as const;
export type Measure = (typeof MEASURES)[number];

export interface View {
  readonly range: Range;
  readonly group: UsageGroup;
  readonly measure: Measure;
}

export function viewOf(params: URLSearchParams): View {
  return {
    range: oneOf(['today', 'week', 'month', 'quarter'], params.get('range')) ?? 'week',
    group: oneOf(USAGE_GROUPS, params.get('by')) ?? 'engine',
    measure: oneOf(MEASURES, params.get('show')) ?? 'tokens',
  };
}

function oneOf<T extends string>(all: readonly T[], value: string | null): T | undefined {
  return all.find((one) => one === value);
}

/** @param now epoch ms; the present hour or day is part of it, whole */
export function questionOf(
  { range, group }: Pick<View, 'range' | 'group'>,
  now: number,
): InputOf<'usage.get'> {
  const offset = new Date(now).getTimezoneOffset();
  const day = 86_400_000;
  const shift = offset * 60_000;
  const tonight = (Math.floor((now - shift) / day) + 1) * day + shift;
  const by = range === 'today' ? 'hour' : 'day';
  return { from: tonight - RANGES[range] * day, to: tonight, by, group, offset };
}

/** Never below 0, as charts want it: an engine may take back what it said. */
export function amountOf(usage: Usage, measure: Measure): number {
  return Math.max(0, AMOUNT_OF[measure](usage));
}

const AMOUNT_OF: Readonly<Record<Measure, (usage: Usage) => number>> = {
  tokens: tokensOf,
  cost: ({ costUsd }) => costUsd,
  attempts: ({ attempts }) => attempts,
  time: ({ busyMs }) => busyMs,
};
