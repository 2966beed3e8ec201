/** Finds settings by what is typed: their words in every language, and their names in the file. Pure. */
import { SettingKey, SETTINGS } from '../../shared/settings.ts';
import type { Text } from '../i18n/en.ts';

export const SECTIONS = [
  'workshop',
  'network',
  'engines',
  'accounts',
  'github',
  'backups',
  'notices',
  'appearance',
  'updates',
  'security',
  'about',
] as const;
export type Section = (typeof SECTIONS)[number];

/** Those of the window itself, which never reach the coordinator, and where they stand. */
const OWN_SECTIONS = {
  atLogin: 'workshop',
  quiet: 'notices',
  language: 'appearance',
  scheme: 'appearance',
} as const;
export type OwnSetting = keyof typeof OWN_SECTIONS;
const OWN_SETTINGS: readonly OwnSetting[] = ['atLogin', 'quiet', 'language', 'scheme'];

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

export function ownSettingsOf(section: Section): readonly OwnSetting[] {
  return OWN_SETTINGS.filter((own) => OWN_SECTIONS[own] === section);
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
        texts.flatMap(({ settings }) => {
          const { label, hint } = settings.own[own];
          return [label, hint, settings.sections[OWN_SECTIONS[own]]];
        }),
      ),
    ),
  };
}

const ORDER = Object.keys(SETTINGS);

function inOrder(a: SettingKey, b: SettingKey): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b);
}
