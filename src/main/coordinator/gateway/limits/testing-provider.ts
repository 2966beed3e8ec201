/** For tests: a provider that holds its limits exactly, and tells them as the real ones do. */
import type { Headers } from './read-headers.ts';

export interface ProviderRules {
  readonly requestsPerMinute: number;
  readonly inputPerMinute: number;
  readonly outputPerMinute: number;
  /** What five hours have: input tokens, and output tokens five times. */
  readonly quota: number;
  /** When its first window of five hours began, before the start (ms). */
  readonly quotaAge: number;
  /** Whether its minutes refill all the time or begin anew. */
  readonly isRefilling: boolean;
}

export interface SimulatedProvider {
  /** `null`: it is taken; else the headers of the refusal, and until when (ms). */
  ask(input: number, at: number): { readonly headers: Headers; readonly until: number | null };
  /** The model has written. */
  wrote(output: number, at: number): void;
  /** Used of each quota window that is over: 0 to 1. */
  readonly uses: readonly number[];
  /** Calls that it did not take, and for what. */
  readonly refused: { readonly at: number; readonly window: string }[];
}

const MINUTE = 60_000;
const QUOTA_MS = 5 * 60 * MINUTE;
const OUTPUT_WORK = 5;

interface Level {
  readonly name: string;
  readonly limit: number;
  left: number;
  at: number;
}

export function simulatedProvider(rules: ProviderRules, start: number): SimulatedProvider {
  const levels: Level[] = [
    { name: 'requests', limit: rules.requestsPerMinute, left: rules.requestsPerMinute, at: 0 },
    { name: 'input-tokens', limit: rules.inputPerMinute, left: rules.inputPerMinute, at: 0 },
    { name: 'output-tokens', limit: rules.outputPerMinute, left: rules.outputPerMinute, at: 0 },
  ];
  const uses: number[] = [];
  const refused: { at: number; window: string }[] = [];
  let used = 0;
  let quotaEnds = QUOTA_MS - rules.quotaAge;

  function pass(at: number): void {
    for (; at >= quotaEnds; quotaEnds += QUOTA_MS) {
      uses.push(used / rules.quota);
      used = 0;
    }
    for (const level of levels) {
      if (rules.isRefilling) {
        level.left = Math.min(level.limit, level.left + ((at - level.at) * level.limit) / MINUTE);
        level.at = at;
      } else if (at >= level.at + MINUTE) {
        level.left = level.limit;
        level.at = at - (at % MINUTE);
      }
    }
  }

  const told = (at: number): Headers => ({
    'anthropic-ratelimit-unified-5h-utilization': (used / rules.quota).toFixed(2),
    'anthropic-ratelimit-unified-5h-reset': String(Math.ceil((start + quotaEnds) / 1_000)),
    ...minutesOf(rules, levels, start, at),
  });

  return {
    uses,
    refused,
    ask(input, at) {
      pass(at);
      const need = [1, input, 1];
      const short = levels.find((level, index) => level.left < (need[index] ?? 0));
      const isOut = used + input > rules.quota;
      if (isOut || short) {
        const until = isOut ? quotaEnds : short ? backAt(rules, short, input, at) : at;
        refused.push({ at, window: isOut ? 'quota' : (short?.name ?? '') });
        const wait = String(Math.ceil((until - at) / 1_000));
        return { headers: { ...told(at), 'retry-after': wait }, until };
      }
      for (const [index, level] of levels.entries()) if (index < 2) level.left -= need[index] ?? 0;
      used += input;
      return { headers: told(at), until: null };
    },
    wrote(output, at) {
      pass(at);
      const level = levels[2];
      if (level) level.left -= output;
      used += output * OUTPUT_WORK;
    },
  };
}

/** When a level has so much again. */
function backAt(
  { isRefilling }: ProviderRules,
  { left, limit, at: since }: Level,
  amount: number,
  at: number,
): number {
  if (!isRefilling) return since + MINUTE;
  return at + ((Math.min(amount, limit) - left) * MINUTE) / limit;
}

function minutesOf(
  rules: ProviderRules,
  levels: readonly Level[],
  start: number,
  at: number,
): Headers {
  const headers: Record<string, string> = {};
  for (const level of levels) {
    const reset = backAt(rules, level, level.limit, at);
    const stem = `anthropic-ratelimit-${level.name}`;
    headers[`${stem}-limit`] = String(level.limit);
    headers[`${stem}-remaining`] = String(Math.max(0, Math.floor(level.left)));
    headers[`${stem}-reset`] = new Date(start + reset).toISOString().replace(/\.\d+/, '');
  }
  return headers;
}
