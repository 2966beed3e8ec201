/** Numbers and money as people read them at a glance. Pure; the language is passed in. */
import type { Language } from '../i18n/languages.ts';
import { perLanguage } from './per-language.ts';

const MONEY = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;

// Making a formatter takes far longer than using it.
const compactOf = perLanguage(
  (language) => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }),
);
const moneyOf = perLanguage((language) => new Intl.NumberFormat(language, MONEY));
const coarseOf = perLanguage(
  (language) => new Intl.NumberFormat(language, { ...MONEY, maximumFractionDigits: 0 }),
);

/** `870`, `12.4K`, `3.1M`; `1.2万`. */
export function compact(amount: number, language: Language): string {
  return compactOf(language).format(amount);
}

/** `$0.42`, `$1,204`. */
export function dollars(amount: number, language: Language): string {
  return (Math.abs(amount) < 1_000 ? moneyOf : coarseOf)(language).format(amount);
}
