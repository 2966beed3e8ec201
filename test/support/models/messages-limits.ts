/**
 * The limits of one key at the stand-in of the Messages API, enforced as the real one does: buckets for a minute that fill
 * continuously, and windows of hours that begin with the first call and end all at once.
 */
import type { Clock } from '../../../src/shared/clock.ts';
import type { ApiError, Counts } from './messages-types.ts';

/** What is left out is without limit. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  /** Tokens read from the cache do not count. */
  readonly inputTokensPerMinute?: number;
  readonly outputTokensPerMinute?: number;
  /** All tokens of a subscription's window. */
  readonly fiveHours?: number;
  readonly sevenDays?: number;
}

export interface Limits {
  /** The error for a call that brings so many tokens; `null`: it may go. */
  refuse(inputTokens: number): ApiError | null;
  /** Takes what a call used. */
  charge(counts: Counts): void;
  headers(): [name: string, value: string][];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function createLimits(limits: KeyLimits, clock: Pick<Clock, 'now'>): Limits {
  const requests = bucket('requests', limits.requestsPerMinute, clock);
  const input = bucket('input-tokens', limits.inputTokensPerMinute, clock);
  const output = bucket('output-tokens', limits.outputTokensPerMinute, clock);
  const buckets = [requests, input, output].filter((one) => one !== null);
  const windows = [
    window('5h', 'five_hour', limits.fiveHours, 5 * HOUR_MS, clock),
    window('7d', 'seven_day', limits.sevenDays, 7 * 24 * HOUR_MS, clock),
  ].filter((one) => one !== null);
  return {
    refuse(inputTokens) {
      const waits = [
        requests?.waitFor(1) ?? 0,
        input?.waitFor(inputTokens) ?? 0,
        output?.waitFor(1) ?? 0,
        ...windows.map((one) => one.wait()),
      ];
      const waitMs = Math.max(...waits);
      if (waitMs === 0) return null;
      return {
        status: 429,
        type: 'rate_limit_error',
        message: 'This request would exceed your rate limit.',
        headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
      };
    },
    charge(counts) {
      requests?.take(1);
      input?.take(counts.input + counts.cacheWrite);
      output?.take(counts.output);
      const all = counts.input + counts.cacheWrite + counts.cacheRead + counts.output;
      for (const one of windows) one.take(all);
    },
    headers: () => [...buckets.flatMap((one) => one.headers()), ...unified(windows)],
  };
}

interface Bucket {
  waitFor(amount: number): number;
  take(amount: number): void;
  headers(): [string, string][];
}

function bucket(name: string, limit: number | undefined, clock: Pick<Clock, 'now'>): Bucket | null {
  if (limit === undefined) return null;
  const perMs = limit / MINUTE_MS;
  let level = limit;
  let at = clock.now();
  const fill = (): number => {
    const now = clock.now();
    level = Math.min(limit, level + (now - at) * perMs);
    at = now;
    return level;
  };
  return {
    // A call larger than the whole bucket goes when the bucket is full.
    waitFor: (amount) => Math.ceil(Math.max(0, Math.min(amount, limit) - fill()) / perMs),
    take(amount) {
      level = fill() - amount;
    },
    headers() {
      const prefix = `anthropic-ratelimit-${name}`;
      const fullAt = clock.now() + (limit - fill()) / perMs;
      return [
        [`${prefix}-limit`, String(limit)],
        [`${prefix}-remaining`, String(Math.max(0, Math.floor(level)))],
        [`${prefix}-reset`, new Date(fullAt).toISOString().replace(/\.\d+Z$/, 'Z')],
      ];
    },
  };
}

interface Window {
  readonly name: string;
  readonly claim: string;
  wait(): number;
  take(amount: number): void;
  used(): number;
  resetAt(): number;
}

function window(
  name: string,
  claim: string,
  limit: number | undefined,
  length: number,
  clock: Pick<Clock, 'now'>,
): Window | null {
  if (limit === undefined) return null;
  let used = 0;
  let ends = 0;
  const turn = (): void => {
    const now = clock.now();
    if (now < ends) return;
    used = 0;
    ends = now + length;
  };
  return {
    name,
    claim,
    wait() {
      turn();
      return used >= limit ? ends - clock.now() : 0;
    },
    take(amount) {
      turn();
      used += amount;
    },
    used() {
      turn();
      return Math.min(1, used / limit);
    },
    resetAt() {
      turn();
      return ends;
    },
  };
}

function unified(windows: readonly Window[]): [string, string][] {
  const [worst] = windows.toSorted((a, b) => b.used() - a.used());
  if (!worst) return [];
  const prefix = 'anthropic-ratelimit-unified';
  const statusOf = (one: Window): string =>
    one.used() >= 1 ? 'rejected' : one.used() >= 0.9 ? 'allowed_warning' : 'allowed';
  const resetOf = (one: Window): string => String(Math.ceil(one.resetAt() / 1_000));
  return [
    [`${prefix}-status`, statusOf(worst)],
    [`${prefix}-reset`, resetOf(worst)],
    [`${prefix}-representative-claim`, worst.claim],
    ...windows.flatMap((one): [string, string][] => [
      [`${prefix}-${one.name}-status`, statusOf(one)],
      [`${prefix}-${one.name}-reset`, resetOf(one)],
      [`${prefix}-${one.name}-utilization`, one.used().toFixed(4)],
    ]),
  ];
}
