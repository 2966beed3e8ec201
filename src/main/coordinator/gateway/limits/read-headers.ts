/**
 * What the headers of an answer say of an account's limits, for both providers. Pure; what cannot be read is left out, as
 * headers come from outside and change without notice.
 */
import type { LimitWindow } from '../models/port.ts';

/** What a window counts. `share`: unknown units, of which only the used part is told. */
export type Unit = 'requests' | 'input' | 'output' | 'tokens' | 'share';

export interface SeenWindow extends LimitWindow {
  readonly unit: Unit;
  /** Where its name says how long it is; `null`: it has to be learned. */
  readonly lengthMs: number | null;
  /** The time of its reset is told in whole seconds, so it may be up to one later. */
  readonly isCoarse: boolean;
}

export interface SeenLimits {
  readonly windows: readonly SeenWindow[];
  /** Nothing may be sent before (epoch ms); `null`: not said. */
  readonly waitUntil: number | null;
}

export type Headers = Readonly<Record<string, string | undefined>>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = { s: 1_000, m: MINUTE, h: HOUR, d: DAY } as const;

/** @param now epoch ms */
export function readLimits(headers: Headers, now: number): SeenLimits {
  const windows = [
    ...anthropicWindow(headers, 'requests', 'requests', now),
    ...anthropicWindow(headers, 'input-tokens', 'input', now),
    ...anthropicWindow(headers, 'output-tokens', 'output', now),
    ...anthropicTokens(headers, now),
    ...unifiedWindows(headers, now),
    ...openaiWindow(headers, 'requests', 'requests', now),
    ...openaiWindow(headers, 'tokens', 'tokens', now),
  ];
  return { windows, waitUntil: waitOf(headers, now) };
}

/** `1m30s`, `6ms`, `1h2m3.5s`, or seconds as a bare number. @returns ms; `null`: not a duration */
export function readDuration(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1_000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) return null;
  let sum = 0;
  for (const [, count = '', unit = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    sum += Number(count) * (unit === 'ms' ? 1 : unitOf(unit));
  }
  return Math.round(sum);
}

function unitOf(unit: string): number {
  return unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? UNITS[unit] : 0;
}

function anthropicWindow(headers: Headers, name: string, unit: Unit, now: number): SeenWindow[] {
  const limit = countOf(headers[`anthropic-ratelimit-${name}-limit`]);
  const remaining = countOf(headers[`anthropic-ratelimit-${name}-remaining`]);
  const reset = headers[`anthropic-ratelimit-${name}-reset`];
  return counted(name.replace('-', '_'), { unit, limit, remaining, reset: momentOf(reset, now) });
}

/** Its `tokens` are whichever of the two others is nearer to its end, so they say nothing where those are told. */
function anthropicTokens(headers: Headers, now: number): SeenWindow[] {
  const isTold = ['input', 'output'].some(
    (name) => headers[`anthropic-ratelimit-${name}-tokens-limit`] !== undefined,
  );
  return isTold ? [] : anthropicWindow(headers, 'tokens', 'tokens', now);
}

function openaiWindow(headers: Headers, name: string, unit: Unit, now: number): SeenWindow[] {
  const limit = countOf(headers[`x-ratelimit-limit-${name}`]);
  const remaining = countOf(headers[`x-ratelimit-remaining-${name}`]);
  const wait = readDuration(headers[`x-ratelimit-reset-${name}`] ?? '');
  const reset = wait === null ? null : { at: now + wait, isCoarse: false };
  return counted(name, { unit, limit, remaining, reset });
}

interface Moment {
  readonly at: number;
  readonly isCoarse: boolean;
}

interface Counted {
  readonly unit: Unit;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly reset: Moment | null;
}

function counted(name: string, { unit, limit, remaining, reset }: Counted): SeenWindow[] {
  if (limit === null || remaining === null || limit <= 0) return [];
  const left = Math.min(remaining, limit);
  return [
    {
      name,
      unit,
      limit,
      remaining: left,
      used: 1 - left / limit,
      resetAt: reset?.at ?? null,
      isCoarse: reset?.isCoarse ?? true,
      lengthMs: null,
    },
  ];
}

/** Of subscriptions: `anthropic-ratelimit-unified-5h-utilization: 0.42`, and the same for seven days. */
function unifiedWindows(headers: Headers, now: number): SeenWindow[] {
  const found: SeenWindow[] = [];
  for (const key of Object.keys(headers)) {
    const [, length] =
      /^anthropic-ratelimit-unified-(\d+[hdm])[a-z_]*-utilization$/.exec(key) ?? [];
    const share = Number(headers[key] ?? '');
    if (length === undefined || !Number.isFinite(share) || share < 0) continue;
    const stem = key.slice(0, -'-utilization'.length);
    const isRejected = headers[`${stem}-status`] === 'rejected';
    const reset = momentOf(headers[`${stem}-reset`], now);
    found.push({
      name: stem.slice('anthropic-ratelimit-'.length).replaceAll('-', '_'),
      unit: 'share',
      limit: null,
      remaining: null,
      used: isRejected ? 1 : Math.min(share, 1),
      resetAt: reset?.at ?? null,
      isCoarse: reset?.isCoarse ?? true,
      lengthMs: readDuration(length),
    });
  }
  return found;
}

function waitOf(headers: Headers, now: number): number | null {
  const waits: number[] = [];
  const ms = headers['retry-after-ms'];
  const wait = ms === undefined ? headers['retry-after'] : `${ms}ms`;
  if (wait !== undefined) {
    const duration = readDuration(wait);
    const at = duration === null ? Date.parse(wait) : now + duration;
    if (Number.isFinite(at)) waits.push(at);
  }
  if (headers['anthropic-ratelimit-unified-status'] === 'rejected') {
    const reset = momentOf(headers['anthropic-ratelimit-unified-reset'], now);
    if (reset) waits.push(reset.at);
  }
  return waits.length === 0 ? null : Math.max(...waits);
}

/** RFC 3339, or seconds since the epoch, or a duration. */
function momentOf(text: string | undefined, now: number): Moment | null {
  if (text === undefined) return null;
  if (/^\d{9,11}$/.test(text)) return { at: Number(text) * 1_000, isCoarse: true };
  const duration = readDuration(text);
  if (duration !== null) return { at: now + duration, isCoarse: !text.endsWith('ms') };
  const at = Date.parse(text);
  return Number.isFinite(at) ? { at, isCoarse: !text.includes('.') } : null;
}

function countOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return null;
  return Number(text);
}
