/** What is made once for a language, when it is first needed: the browser takes milliseconds to make a formatter, and a start needs few. */
import type { Language } from '../i18n/languages.ts';

/** @param make is called at most once for each language */
export function perLanguage<T>(make: (language: Language) => T): (language: Language) => T {
  const made = new Map<Language, T>();
  return (language) => {
    const kept = made.get(language);
    if (kept !== undefined) return kept;
    const fresh = make(language);
    made.set(language, fresh);
    return fresh;
  };
}
