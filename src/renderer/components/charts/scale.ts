/** Where values and moments stand on a chart, and which of them its axes name. Pure. */

/** Steps of a decimal axis, within one power of ten. */
const DECIMAL = [1, 2, 2.5, 5, 10] as const;
const WHOLE = [1, 2, 5, 10] as const;
const BINARY = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] as const;

/** `binary` for sizes, so that the axis says 2 GB and not 1.9 GB; `whole` for things that are counted. */
export type Base = 'decimal' | 'binary' | 'whole';

/**
 * The values an axis names, from 0 to the first round one that is not below `max`.
 *
 * @param count how many parts it is to have, about
 */
export function valueTicks(max: number, base: Base = 'decimal', count = 4): number[] {
  const top = max > 0 && Number.isFinite(max) ? max : 1;
  const least = top / count;
  // There is no half of a byte, nor of a slot.
  const step = base !== 'decimal' && least < 1 ? 1 : roundStep(least, base);
  const ticks: number[] = [];
  for (let index = 0; index <= Math.ceil(top / step - 1e-9); index += 1) ticks.push(index * step);
  return ticks;
}

const STEPS = { decimal: DECIMAL, binary: BINARY, whole: WHOLE } as const;

function roundStep(least: number, base: Base): number {
  const root = base === 'binary' ? 1024 : 10;
  const power = root ** Math.floor(Math.log(least) / Math.log(root) + 1e-9);
  const steps = STEPS[base];
  return (steps.find((step) => step * power >= least * (1 - 1e-9)) ?? root) * power;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
] as const;

/**
 * The moments a time axis names: round ones of the wall clock, at most `most`.
 *
 * @param offsetMs the wall clock before UTC, as `Date.getTimezoneOffset` in ms
 */
export function timeTicks(from: number, to: number, offsetMs: number, most = 6): number[] {
  const step = TIME_STEPS.find((size) => (to - from) / size <= most) ?? (to - from) / most;
  if (!(step > 0)) return [];
  const first = Math.ceil((from - offsetMs) / step) * step + offsetMs;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** The share of the way from `from` to `to`, 0 to 1; beyond the ends it is cut. */
export function shareOf(value: number, from: number, to: number): number {
  return to > from ? Math.min(1, Math.max(0, (value - from) / (to - from))) : 0;
}
