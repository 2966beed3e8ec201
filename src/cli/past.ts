/** A moment in the past, as people type it. */
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const AGO = /^(\d{1,6})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\s+ago$/i;
const DATE =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * `2026-12-24T08:00:00Z`, `2026-12-24 08:00` (local time) or `2h ago`; in epoch ms.
 */
export function parsePast(text: string, now: number): number {
  const at = ago(text.trim(), now) ?? date(text.trim());
  if (at === undefined) {
    throw new InvalidArgumentError(
      `a moment is given as "2026-12-24 08:00" (local time), 2026-12-24T08:00:00Z, or "2h ago" (s, m, h, d)`,
    );
  }
  if (at > now) throw new InvalidArgumentError('that moment has not come yet');
  return at;
}

function ago(text: string, now: number): number | undefined {
  const [, count, unit] = AGO.exec(text) ?? [];
  const size = UNITS[unit?.[0]?.toLowerCase() ?? ''];
  return count === undefined || size === undefined ? undefined : now - Number(count) * size;
}

function date(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, zone] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  // Date.parse takes the 31st of February for a day in March.
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > days) return undefined;
  const clock = `${hour}:${minute}:${second ?? '00'}`;
  const at = Date.parse(`${year}-${month}-${day}T${clock}${zone?.toUpperCase() ?? ''}`);
  return Number.isNaN(at) ? undefined : at;
}
