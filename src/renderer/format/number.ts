/** Numbers and money as people read them at a glance. Pure; the language is passed in. */
import type { Language } from '../i18n/languages.ts';

// Making a formatter takes far longer than using it.
const FORMATS = { en: formatsOf('en'), ja: formatsOf('ja') } as const;

/** `870`, `12.4K`, `3.1M`; `1.2万`. */
export function compact(amount: number, language: Language): string {
  return FORMATS[language].compact.format(amount);
}

/** `$0.42`, `$1,204`. */
export function dollars(amount: number, language: Language): string {
  const { money, coarse } = FORMATS[language];
  return (Math.abs(amount) < 1_000 ? money : coarse).format(amount);
}

function formatsOf(language: Language) {
  const money = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  return {
    compact: new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }),
    money: new Intl.NumberFormat(language, money),
    coarse: new Intl.NumberFormat(language, { ...money, maximumFractionDigits: 0 }),
  };
}
