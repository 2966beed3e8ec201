/** The round times below a chart. Pure. */
import type { Language } from '../../i18n/languages.ts';
import { clockTime } from '../../format/time.ts';
import { lengthOf, type Span } from './zoom.ts';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** A label needs so much room. */
const LABEL_PX = 84;

/**
 * @param widthPx of the chart
 * @param offsetMs how much later the clock of the place shows than UTC, so that days begin at its midnight
 */
export function ticksOf(view: Span, widthPx: number, offsetMs: number, language: Language): Tick[] {
  const most = Math.max(1, Math.floor(widthPx / LABEL_PX));
  const wanted = lengthOf(view) / most;
  const step = STEPS.find((one) => one >= wanted) ?? Math.ceil(wanted / (365 * DAY)) * 365 * DAY;
  const first = Math.ceil((view.from + offsetMs) / step) * step - offsetMs;
  const count = Math.max(0, Math.floor((view.until - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * step;
    return { at, label: labelOf(at, step, offsetMs, language) };
  });
}

function labelOf(at: number, step: number, offsetMs: number, language: Language): string {
  if ((at + offsetMs) % DAY === 0) return day(at + offsetMs, language);
  const clock = clockTime(at, language);
  if (step < SECOND) return `${clock}.${String(((at % 1_000) + 1_000) % 1_000).padStart(3, '0')}`;
  return step < MINUTE ? clock : clock.slice(0, 5);
}

const DAYS = {
  en: new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }),
  ja: new Intl.DateTimeFormat('ja', { month: 'short', day: 'numeric', timeZone: 'UTC' }),
} as const;

function day(shifted: number, language: Language): string {
  return DAYS[language].format(shifted);
}
