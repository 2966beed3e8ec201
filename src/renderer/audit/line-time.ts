/** When something was, as short as it can be told apart: the time today, before that with the day. Pure. */
import { perLanguage } from '../format/per-language.ts';
import type { Language } from '../i18n/languages.ts';

// Making a formatter takes far longer than using it.
const formatsOf = perLanguage((language) => ({
  time: new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }),
  day: new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' }),
}));

export function lineTime(at: number, now: number, language: Language): string {
  const { time, day } = formatsOf(language);
  const clock = time.format(at);
  return day.format(at) === day.format(now) ? clock : `${day.format(at)} ${clock}`;
}
