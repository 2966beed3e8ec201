/** The languages of the window, and which one a new user gets. */
import { en, type Text } from './en.ts';
import { ja } from './ja.ts';

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

export const TEXTS: Readonly<Record<Language, Text>> = { en, ja };

/** Each language with its own words. */
export function spokenLanguages(): { readonly language: Language; readonly text: Text }[] {
  return LANGUAGES.map((language) => ({ language, text: TEXTS[language] }));
}

/** The first language of the system that there are texts for. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}
