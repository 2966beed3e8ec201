/** What is typed into a setting, and what it means: units, empty fields, mistakes in words. Pure. */
import {
  mistakeIn,
  SETTINGS,
  UNITS,
  type SettingKey,
  type SettingValue,
} from '../../shared/settings.ts';
import type { Text } from '../i18n/en.ts';

/** Typed but not saved: a text (a switch: `true` or `false`), or that the default is wanted back. */
export type Draft =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'default' };

export type Drafts = ReadonlyMap<SettingKey, Draft>;

/** As it stands in a field: in the unit people read. */
export function typedOf(key: SettingKey, value: SettingValue): string {
  if (typeof value !== 'number') return value === null ? '' : String(value);
  const inUnits = value / UNITS[SETTINGS[key].kind];
  // So many digits tell every ms of a day apart.
  return String(Number(inUnits.toPrecision(12)));
}

/** The value that is meant; `NaN` for what is no number. */
export function meantBy(key: SettingKey, text: string): SettingValue {
  const { kind } = SETTINGS[key];
  const given = text.trim();
  if (kind === 'switch') return given === 'true';
  if (kind === 'text') return given === '' && isOptional(key) ? null : given;
  if (given === '') return isOptional(key) ? null : Number.NaN;
  const unit = UNITS[kind];
  const number = Number(given) * unit;
  // Half a ms is nobody's wish; half an agent is a mistake that is to be seen.
  return unit > 1 ? Math.round(number) : number;
}

/** With its unit, for people: `20 minutes`. */
export function shownValue(key: SettingKey, value: SettingValue, words: Text['settings']): string {
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (value === null) return words.items[key].empty ?? '';
  const named = words.items[key].choices?.[String(value)];
  if (named !== undefined) return named;
  const unit = words.units[SETTINGS[key].kind];
  return unit === '' ? typedOf(key, value) : `${typedOf(key, value)} ${unit}`;
}

/** What is wrong with what is typed, as the schema sees it, in words; `null`: nothing. */
export function mistakeOf(key: SettingKey, text: string, words: Text['settings']): string | null {
  const { mistakes } = words;
  const issue = mistakeIn(key, meantBy(key, text));
  if (!issue) return null;
  const { kind } = SETTINGS[key];
  const unit = words.units[kind];
  const inUnits = (bound: number | bigint): string => typedOf(key, Number(bound));
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string'
        ? mistakes.needed
        : mistakes.least(inUnits(issue.minimum), unit);
    case 'too_big':
      return issue.origin === 'string'
        ? mistakes.longest(Number(issue.maximum))
        : mistakes.most(inUnits(issue.maximum), unit);
    case 'invalid_type':
      return issue.expected === 'int' ? mistakes.whole : mistakes.number;
    default:
      return issue.message;
  }
}

function isOptional(key: SettingKey): boolean {
  return mistakeIn(key, null) === null;
}
