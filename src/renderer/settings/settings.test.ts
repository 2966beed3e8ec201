/** What is typed into settings, what it means, and how they are found. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Setting } from '../../shared/contract-settings.ts';
import { mistakeIn, SettingKey, settingOf, Settings } from '../../shared/settings.ts';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { meantBy, mistakeOf, shownValue, typedOf } from './draft.ts';
import { findSettings, SECTIONS, settingsOf } from './find.ts';
import { asked, withDraft } from './use-settings.ts';

const DEFAULTS = Settings.parse({});
const wrong = (key: SettingKey, text: string): string | null => mistakeOf(key, text, en.settings);

describe('a value', () => {
  test('is typed in units that people read', () => {
    expect(typedOf('limits.engineMs', 7_200_000)).toBe('120');
    expect(typedOf('limits.outputBytes', 256 * 1024 * 1024)).toBe('256');
    expect(typedOf('agents.slots', null)).toBe('');
    expect(shownValue('agents.slots', null, en.settings)).toBe('as the processors allow');
    expect(shownValue('limits.testMs', 90_000, ja.settings)).toBe('1.5 分');
    expect(meantBy('limits.testMs', ' 1.5 ')).toBe(90_000);
    expect(meantBy('workshop.name', '  ')).toBeNull();
    expect(meantBy('lan.open', 'true')).toBe(true);
  });

  test('means what it was typed from, every default and every whole number', () => {
    for (const key of SettingKey.options) {
      const value = settingOf(DEFAULTS, key);
      expect(meantBy(key, typedOf(key, value))).toBe(value);
      expect(wrong(key, typedOf(key, value))).toBeNull();
    }
    const kept = fc.integer({ min: 1, max: 604_800_000 });
    fc.assert(
      fc.property(kept, (ms) => meantBy('limits.engineMs', typedOf('limits.engineMs', ms)) === ms),
    );
  });

  test('that the schema refuses says why, in its own unit', () => {
    expect(wrong('limits.engineMs', '20000')).toBe('At most 10080 minutes.');
    expect(wrong('backups.keep', '0')).toBe('At least 1.');
    expect(wrong('backups.keep', '1.5')).toBe('Give a whole number.');
    expect(wrong('backups.keep', 'many')).toBe('Give a number.');
    expect(wrong('backups.keep', '')).toBe('Give a number.');
    expect(wrong('lan.host', ' ')).toBe('Must not be empty.');
    expect(wrong('workshop.name', 'x'.repeat(61))).toContain('60');
    expect(mistakeOf('lan.port', '70000', ja.settings)).toBe('65535以下にしてください。');
  });

  test('is never called right when the schema refuses it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SettingKey.options),
        fc.string({ maxLength: 8 }),
        (key, text) => {
          expect(wrong(key, text) === null).toBe(mistakeIn(key, meantBy(key, text)) === null);
        },
      ),
    );
  });
});

describe('a search', () => {
  test('finds words of both languages, parts of them, and names in the file', () => {
    const found = (query: string) => findSettings(query, [en, ja]).settings;
    expect(found('silence')).toEqual(['limits.engineIdleMs']);
    expect(found('沈黙')).toEqual(['limits.engineIdleMs']);
    expect(found('LAN.port')).toEqual(['lan.port']);
    expect(found('backup kept')).toEqual(['backups.keep']);
    expect(found('zzz')).toEqual([]);
    expect(findSettings('配色', [en, ja]).own).toEqual(['scheme']);
  });

  test('no setting stands in no section, or in two', () => {
    expect(SECTIONS.flatMap(settingsOf).toSorted()).toEqual([...SettingKey.options].toSorted());
  });
});

test('only what differs is saved, and a default is asked for as one', () => {
  const setting: Setting = {
    key: 'backups.keep',
    value: 9,
    default: 7,
    inForce: 9,
    source: 'file',
    flag: null,
  };
  const typed = withDraft(new Map(), setting, { kind: 'typed', text: '3' });
  expect(asked(typed)).toEqual({ set: { 'backups.keep': 3 }, unset: [] });
  expect(withDraft(typed, setting, { kind: 'typed', text: '9' }).size).toBe(0);
  const back = withDraft(typed, setting, { kind: 'default' });
  expect(asked(back)).toEqual({ set: {}, unset: ['backups.keep'] });
  expect(withDraft(back, { ...setting, source: 'default' }, { kind: 'default' }).size).toBe(0);
});
