import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { ACTIONS, KEY_HINTS, SOURCES } from './actions.ts';
import { writtenKeys } from './keys.ts';
import { NAV } from './nav.ts';

describe('the registry', () => {
  it('names each action, each key and each kind once', () => {
    const ids = ACTIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = ACTIONS.flatMap((action) => action.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    const kinds = SOURCES.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it('has words for everything, no two alike', () => {
    for (const text of [en, ja]) {
      const labels = ACTIONS.map(({ label }) => label(text));
      expect(labels.filter((label) => label.trim() === '')).toEqual([]);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it('leads to every screen of the sidebar, by a key of its own', () => {
    for (const { path, keys } of NAV) {
      const action = ACTIONS.find(({ id }) => id === `go ${path}`);
      expect(action?.keys).toEqual([keys]);
    }
  });

  it('takes no key from the parts of a screen', () => {
    const own = new Set(KEY_HINTS.flatMap(({ keys }) => keys));
    const taken = ACTIONS.flatMap((action) => action.keys ?? []).filter((key) => own.has(key));
    expect(taken).toEqual([]);
  });
});

describe('keys', () => {
  it('are written as the system does', () => {
    expect(writtenKeys('mod + K', true)).toBe('⌘K');
    expect(writtenKeys('mod + K', false)).toBe('Ctrl K');
    expect(writtenKeys('shift + ?', false)).toBe('Shift ?');
    expect(writtenKeys('ArrowDown', false)).toBe('↓');
    expect(writtenKeys('n', true)).toBe('n');
  });
});
