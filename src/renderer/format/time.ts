/** Times and durations as people read them. Pure; the language is passed in. */
import type { Language } from '../i18n/languages.ts';
import { perLanguage } from './per-language.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const HOUR_AND_MINUTE = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

// Making a formatter takes far longer than using it.
const relativeOf = perLanguage(
  (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' }),
);
const exactOf = perLanguage(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const clockOf = perLanguage(
  (language) => new Intl.DateTimeFormat(language, { ...HOUR_AND_MINUTE, second: '2-digit' }),
);
const timeOfDayOf = perLanguage((language) => new Intl.DateTimeFormat(language, HOUR_AND_MINUTE));

/** `40 ms`, `1.4 s`, `12 s`, `3 m 05 s`, `2 h 10 m`, `4 d 3 h`. */
export function duration(ms: number): string {
  const t = Math.max(0, ms);
  if (t < SECOND) return `${Math.round(t)} ms`;
  if (t < 10 * SECOND) return `${(t / SECOND).toFixed(1)} s`;
  if (t < MINUTE) return `${Math.floor(t / SECOND)} s`;
  if (t < HOUR) return `${Math.floor(t / MINUTE)} m ${padded((t % MINUTE) / SECOND)} s`;
  if (t < DAY) return `${Math.floor(t / HOUR)} h ${padded((t % HOUR) / MINUTE)} m`;
  return `${Math.floor(t / DAY)} d ${Math.floor((t % DAY) / HOUR)} h`;
}

/** As `duration`, in whole seconds from the start: for what counts up. */
export function counting(ms: number): string {
  return ms < 10 * SECOND ? `${Math.floor(Math.max(0, ms) / SECOND)} s` : duration(ms);
}

/** `now`, `3 min. ago`, `in 2 hr.`, in the given language. */
export function relative(at: number, now: number, language: Language): string {
  const delta = at - now;
  const size = Math.abs(delta);
  const format = relativeOf(language);
  if (size < 5 * SECOND) return format.format(0, 'second');
  if (size < MINUTE) return format.format(Math.trunc(delta / SECOND), 'second');
  if (size < HOUR) return format.format(Math.trunc(delta / MINUTE), 'minute');
  if (size < DAY) return format.format(Math.trunc(delta / HOUR), 'hour');
  return format.format(Math.trunc(delta / DAY), 'day');
}

/** Date and time to the second, for tooltips. */
export function exact(at: number, language: Language): string {
  return exactOf(language).format(at);
}

/** `14:03:22`. */
export function clockTime(at: number, language: Language): string {
  return clockOf(language).format(at);
}

/** `14:03`. */
export function timeOfDay(at: number, language: Language): string {
  return timeOfDayOf(language).format(at);
}

function padded(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
