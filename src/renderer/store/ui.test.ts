import { describe, expect, it } from 'vitest';
import { createUiStore, withRecent } from './ui.ts';

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

describe('what was last used', () => {
  it('is kept, the newest first, each once and only so many', () => {
    const storage = storageWith({});
    const ui = createUiStore({ storage, languages: ['en'] });
    const use = (entry: string): void =>
      ui.setState(({ recent }) => ({ recent: withRecent(recent, entry) }));
    for (let n = 1; n <= 20; n++) use(`task:task-${n}`);
    use('task:task-19');
    expect(ui.getState().recent.length).toBe(8);
    const { recent } = createUiStore({ storage, languages: ['en'] }).getState();
    expect(recent.slice(0, 3)).toEqual(['task:task-19', 'task:task-20', 'task:task-18']);
    expect(recent.length).toBe(8);
    expect(new Set(recent).size).toBe(8);
  });

  it('is not taken from nonsense', () => {
    for (const kept of ['{', '{"a":1}', '[1,2]']) {
      const storage = storageWith({ 'koubou.recent': kept });
      expect(createUiStore({ storage, languages: ['en'] }).getState().recent).toEqual([]);
    }
  });
});

describe('the sidebar', () => {
  it('stays as it was folded', () => {
    const storage = storageWith({});
    const ui = createUiStore({ storage, languages: ['en'] });
    expect(ui.getState().isSidebarFolded).toBe(false);
    ui.setState({ isSidebarFolded: true });
    expect(createUiStore({ storage, languages: ['en'] }).getState().isSidebarFolded).toBe(true);
  });
});
