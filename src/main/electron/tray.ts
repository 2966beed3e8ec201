/**
 * The tray icon: how the workshop fares at a glance, what needs a person, the switches that must be near, the way back to a
 * hidden window, and the way out. It shows what the page said last; the pictures are made by `scripts/tray-icons.mjs`.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  Menu,
  nativeImage,
  Tray,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron';
import type { TraySummary } from '../../shared/bridge.ts';
import type { NativeText } from './native-text.ts';
import type { Switch } from './workshop-switch.ts';

export interface TrayActions {
  open(): void;
  /** Brings the window to the front, at an address of its router. */
  openAt(path: string): void;
  switchWorkshop(name: Switch): void;
  /** Asks first. */
  stop(running: number): void;
  quit(): void;
}

export interface WorkshopTray {
  show(summary: TraySummary): void;
  /** Shows nothing more; the icon goes with the process. */
  close(): void;
}

/** Menus are narrow. */
const LONGEST_LABEL = 60;

const AT_START: TraySummary = {
  ...{ state: 'calm', words: '', needs: [] },
  ...{ running: 0, isPaused: false, isStopped: false, isAway: true },
};

/** Keep the result: a tray that is collected disappears. @param dir folder of the pictures */
export function makeTray(dir: string, text: NativeText, actions: TrayActions): WorkshopTray {
  const tray = hasTrays(process.platform, process.env) ? new Tray(imageOf(dir, AT_START)) : null;
  tray?.on('click', actions.open);
  let shown = '';
  let isClosed = false;
  function show(summary: TraySummary): void {
    const next = JSON.stringify(summary);
    // A menu that is open closes when it is replaced.
    if (next === shown || isClosed) return;
    shown = next;
    const menu = Menu.buildFromTemplate(trayMenu(summary, text, actions));
    tray?.setImage(imageOf(dir, summary));
    tray?.setToolTip(summary.words === '' ? 'Koubou' : `Koubou: ${summary.words}`);
    tray?.setContextMenu(menu);
  }
  show(AT_START);
  return {
    show,
    // Not destroyed: Electron on Linux may wait for the session bus in that, and the process ends anyway.
    close() {
      isClosed = true;
    },
  };
}

/**
 * Linux desktops show trays by the session bus; without one (a bare display, a server) Electron has nobody to ask, and now and
 * then waits for the answer for ever.
 */
function hasTrays(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform !== 'linux') return true;
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime } = env;
  return Boolean(address) || (Boolean(runtime) && existsSync(path.join(runtime ?? '', 'bus')));
}

/** What the menu offers in a state; pure, but for what a click does. */
export function trayMenu(
  { words, needs, running, isPaused, isStopped, isAway }: TraySummary,
  text: NativeText,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const queue: Switch = isPaused ? 'queue.resume' : 'queue.pause';
  return [
    { id: 'state', label: words === '' ? text.trayStarting : labelOf(words), enabled: false },
    ...needs.map(({ title, path: address }, index) => ({
      id: `need-${index}`,
      label: labelOf(title),
      click: () => actions.openAt(address),
    })),
    { type: 'separator' },
    { id: 'open', label: text.open, click: actions.open },
    {
      id: 'queue',
      label: isPaused ? text.resumeQueue : text.pauseQueue,
      enabled: !isAway,
      click: () => actions.switchWorkshop(queue),
    },
    isStopped
      ? {
          id: 'emergency-resume',
          label: text.emergencyResume,
          enabled: !isAway,
          click: () => actions.switchWorkshop('emergency.resume'),
        }
      : {
          id: 'emergency-stop',
          label: text.emergencyStop,
          enabled: !isAway,
          click: () => actions.stop(running),
        },
    { type: 'separator' },
    { id: 'quit', label: text.quit, click: actions.quit },
  ];
}

function imageOf(dir: string, { state }: TraySummary): NativeImage {
  // `@2x` beside it is found by itself.
  return nativeImage.createFromPath(path.join(dir, `${state}.png`));
}

/** An ampersand marks a key in a menu; a task may be called anything. */
function labelOf(words: string): string {
  const short = words.length > LONGEST_LABEL ? `${words.slice(0, LONGEST_LABEL - 1)}…` : words;
  return short.replaceAll('&', '&&');
}
