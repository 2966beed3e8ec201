/** Finds settings by what is typed: their words in every language, and their names in the file. Pure. */
import { SettingKey, SETTING_SECTIONS, SETTINGS } from '../../shared/settings.ts';
import type { Text } from '../i18n/en.ts';

export const SECTIONS = [...SETTING_SECTIONS, 'appearance', 'security', 'about'] as const;
export type Section = (typeof SECTIONS)[number];

export const OWN_SETTINGS = ['language', 'scheme'] as const;
export type OwnSetting = (typeof OWN_SETTINGS)[number];

export interface Found {
  readonly settings: readonly SettingKey[];
  /** Those of the window itself. */
  readonly own: readonly OwnSetting[];
}

export function isSection(name: string | undefined): name is Section {
  return SECTIONS.some((section) => section === name);
}

export function settingsOf(section: Section): readonly SettingKey[] {
  return SettingKey.options.filter((key) => SETTINGS[key].section === section).toSorted(inOrder);
}

/** All that have every word of the query somewhere. @param texts of all languages */
export function findSettings(query: string, texts: readonly Text[]): Found {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (parts: readonly string[]): boolean => {
    const all = parts.join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return {
    settings: SettingKey.options.toSorted(inOrder).filter((key) =>
      has([
        key,
        ...texts.flatMap(({ settings }) => {
          const { label, hint } = settings.items[key];
          return [label, hint, settings.sections[SETTINGS[key].section]];
        }),
      ]),
    ),
    own: OWN_SETTINGS.filter((own) =>
      has(
        texts.flatMap(({ settings, header }) => {
          const { appearance } = settings.sections;
          return own === 'language'
            ? [settings.language, settings.languageHint, appearance]
            : [settings.scheme, settings.schemeHint, appearance, header.light, header.dark];
        }),
      ),
    ),
  };
}

const ORDER = Object.keys(SETTINGS);

function inOrder(a: SettingKey, b: SettingKey): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b);
}
