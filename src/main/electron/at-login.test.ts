/** Starting at login: what is written into the user's own folder, and what is asked of the system elsewhere. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atLogin, type LoginItems } from './at-login.ts';

const noItems: LoginItems = {
  getLoginItemSettings: () => ({ openAtLogin: false }),
  setLoginItemSettings() {},
};

describe('on Linux', () => {
  let home: string;
  let file: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'koubou-login-'));
    file = path.join(home, '.config/autostart/koubou-desktop.desktop');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const open = (program: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
    atLogin({ platform: 'linux', env, home, program, args, items: noItems });

  it('is off, then an entry that starts the app without its window, and then nothing is left', () => {
    const login = open('/opt/Koubou/koubou-desktop');
    expect(login.isOn()).toBe(false);
    login.set(true);
    expect(login.isOn()).toBe(true);
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toContain('Exec="/opt/Koubou/koubou-desktop" "--hidden"');
    expect(lines).toContain('TryExec=/opt/Koubou/koubou-desktop');
    login.set(false);
    expect([login.isOn(), existsSync(file)]).toEqual([false, false]);
  });

  it('counts as off when the desktop has switched it off', () => {
    const login = open('/opt/Koubou/koubou-desktop');
    login.set(true);
    const entry = readFileSync(file, 'utf8');
    writeFileSync(file, entry.replace('enabled=true', 'enabled=false'));
    expect(login.isOn()).toBe(false);
    writeFileSync(file, `${entry}Hidden=true\n`);
    expect(login.isOn()).toBe(false);
  });

  it('keeps what would be a sign in an entry as it is', () => {
    open('/home/a b/K.AppImage', ['--data', '/a "b" $c 100% \\d']).set(true);
    expect(readFileSync(file, 'utf8')).toContain(
      String.raw`Exec="/home/a b/K.AppImage" "--hidden" "--data" "/a \\"b\\" \\$c 100%% \\\\d"`,
    );
  });

  it('is where this user keeps configuration', () => {
    open('/koubou', [], { XDG_CONFIG_HOME: path.join(home, 'own') }).set(true);
    expect(existsSync(path.join(home, 'own/autostart/koubou-desktop.desktop'))).toBe(true);
  });
});

it('is an item of the system elsewhere, asked for with the arguments it was made with', () => {
  const made: object[] = [];
  const asked: object[] = [];
  const items: LoginItems = {
    getLoginItemSettings(options) {
      asked.push(options);
      return { openAtLogin: true };
    },
    setLoginItemSettings: (settings) => void made.push(settings),
  };
  const place = { env: {}, home: '/', program: 'C:\\Koubou.exe', items };
  const login = atLogin({ ...place, platform: 'win32', args: ['--data', 'D:\\k'] });
  login.set(true);
  expect(login.isOn()).toBe(true);
  const args = ['--hidden', '--data', 'D:\\k'];
  expect([made, asked]).toEqual([[{ openAtLogin: true, args }], [{ args }]]);
});
