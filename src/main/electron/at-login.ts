/**
 * Starting the app, without its window, when the user logs in: an entry of the desktop on Linux, an item of the system elsewhere.
 * Off until the user wants it; the system's own place is where it is kept, so that it can be switched off there, too.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The option that keeps the window away; see `options.ts`. */
export const HIDDEN = '--hidden';

export interface AtLogin {
  isOn(): boolean;
  set(on: boolean): void;
}

/** As Electron's `app` has them. */
export interface LoginItems {
  getLoginItemSettings(options: { args: string[] }): { readonly openAtLogin: boolean };
  setLoginItemSettings(settings: { openAtLogin: boolean; args: string[] }): void;
}

export interface AtLoginOptions {
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
  /** What is started, and with which arguments besides `--hidden`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly items: LoginItems;
}

export function atLogin(options: AtLoginOptions): AtLogin {
  const args = [HIDDEN, ...options.args];
  if (options.platform === 'linux') return byEntry({ ...options, args });
  const { items } = options;
  return {
    isOn: () => items.getLoginItemSettings({ args }).openAtLogin,
    set: (on) => items.setLoginItemSettings({ openAtLogin: on, args }),
  };
}

/** https://specifications.freedesktop.org/autostart-spec: a file in a folder. */
function byEntry({ env, home, program, args }: AtLoginOptions): AtLogin {
  // An empty variable counts as not set.
  const config = env['XDG_CONFIG_HOME'] || path.join(home, '.config');
  const file = path.join(config, 'autostart/koubou-desktop.desktop');
  return {
    isOn: () => isEnabled(file),
    set(on) {
      if (!on) return rmSync(file, { force: true });
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, entryFor(program, args));
    },
  };
}

/** Desktops switch an entry off by a line in it. */
function isEnabled(file: string): boolean {
  try {
    return !/^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/m.test(readFileSync(file, 'utf8'));
  } catch {
    // There is none.
    return false;
  }
}

function entryFor(program: string, args: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Koubou',
    'Icon=koubou-desktop',
    `Exec=${[program, ...args].map(quoted).join(' ')}`,
    // When the app is removed, nothing is left that fails at each login.
    `TryExec=${asString(program)}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** One argument, as `Exec` has them: quoted, and without what would be a field. */
function quoted(argument: string): string {
  const escaped = argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%');
  return asString(`"${escaped}"`);
}

/** As any string in such a file. */
function asString(text: string): string {
  return text.replaceAll('\\', String.raw`\\`);
}
