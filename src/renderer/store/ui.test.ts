import { describe, expect, it } from 'vitest';
import { createUiStore } from './ui.ts';

function storageWith(entries: Record<string, string>) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe('the language', () => {
  it('follows the system at first', () => {
    const storage = storageWith({});
    const languages = (tags: string[]) =>
      createUiStore({ storage, languages: tags }).getState().language;
    expect(languages(['ja-JP', 'en'])).toBe('ja');
    expect(languages(['fr-FR', 'ja'])).toBe('ja');
    expect(languages(['fr'])).toBe('en');
    expect(storage.kept.size).toBe(0);
  });

  it('is kept once it was chosen', () => {
    const storage = storageWith({});
    createUiStore({ storage, languages: ['en'] }).setState({ language: 'ja' });
    expect(createUiStore({ storage, languages: ['en'] }).getState().language).toBe('ja');
  });

  it('is not taken from nonsense', () => {
    const storage = storageWith({ 'koubou.language': 'tlh' });
    expect(createUiStore({ storage, languages: ['ja'] }).getState().language).toBe('ja');
  });
});
