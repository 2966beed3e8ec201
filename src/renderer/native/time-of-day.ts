/** A moment that is near, as a clock shows it: with its day when that is not today. */
import type { Language } from '../i18n/languages.ts';

/** @param at epoch ms */
export function timeOfDay(at: number, language: Language, now = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const options = isToday ? time : ({ weekday: 'long', ...time } as const);
  return new Intl.DateTimeFormat(language, options).format(at);
}
