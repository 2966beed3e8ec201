import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettings } from './settings.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-settings-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the settings of the desktop app', () => {
  it('are kept', () => {
    openSettings(dir).set({ onClose: 'tray' });
    openSettings(dir).set({ window: { x: 1, y: 2, width: 800, height: 600, maximized: false } });
    expect(openSettings(dir).get()).toEqual({
      onClose: 'tray',
      window: { x: 1, y: 2, width: 800, height: 600, maximized: false },
    });
  });

  it.each(['', '{', '{"onClose":"explode"}', '{"window":{"x":"left"}}'])(
    'begin anew when the file holds %j',
    (content) => {
      writeFileSync(path.join(dir, 'settings.json'), content);
      expect(openSettings(dir).get()).toEqual({});
    },
  );
});
