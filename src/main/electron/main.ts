/**
 * The desktop app: a shell around `koubou serve`. It opens the window, starts and watches the coordinator, and offers what
 * only a native program can. All work goes over the same loopback API that everybody else has.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, dialog, Menu, safeStorage, type BrowserWindow } from 'electron';
import type { CoordinatorState, Installation, Quiet } from '../../shared/bridge.ts';
import { atLogin } from './at-login.ts';
import {
  answerBridge,
  sendLink,
  sendOpen,
  sendState,
  sendWake,
  type BridgeDeps,
} from './bridge.ts';
import { systemClock } from './clock.ts';
import { askAtClosing } from './closing.ts';
import { startCoordinatorChild, type CoordinatorChild } from './coordinator-child.ts';
import { LINK_SCHEME, linkIn, readDeepLink } from './deep-link.ts';
import { appProgram, demoCommand } from './installation.ts';
import { createLinks } from './links.ts';
import { setMenu, showNoticesOn } from './menu.ts';
import { nativeText, type NativeText } from './native-text.ts';
import { createNotices } from './notices.ts';
import { readOptions } from './options.ts';
import { isFree, USUAL_PORT } from './port.ts';
import { SHUTDOWN_MS, watchPower } from './power.ts';
import { quietAfter, quietAt } from './quiet.ts';
import { serveProgram } from './serve-program.ts';
import { openSettings, type SettingsFile } from './settings.ts';
import { makeTray } from './tray.ts';
import { registerUiScheme, serveUi } from './ui-protocol.ts';
import { lockDown, lockSession } from './lock-down.ts';
import { openWindow } from './window.ts';
import { switchWorkshop } from './workshop-switch.ts';

const options = readOptions(process.argv.slice(1), process.env, app.getPath('home'));
const distDir = path.join(app.getAppPath(), 'dist');
const icon = path.join(app.getAppPath(), 'resources/icons/256.png');
const ownDir = path.join(options.dataDir, 'app');

mkdirSync(ownDir, { recursive: true, mode: 0o700 });
// One folder, one workshop, one window: the lock below belongs to this folder.
app.setPath('userData', ownDir);
registerUiScheme();
const links = createLinks();
const opened = linkIn(process.argv.slice(1));
if (opened) links.arrived(opened);
// On a Mac links come this way only, the first one before the app is ready.
app.on('open-url', (event, url) => {
  event.preventDefault();
  links.arrived(readDeepLink(url) ?? { kind: 'unknown' });
});
// A checkout that is tried out must not take links from an installed app.
if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
lockDown();
// Else Electron makes one of its own first.
Menu.setApplicationMenu(null);
if (app.requestSingleInstanceLock()) begin();
else app.exit(0);

/** The coordinator comes up while Electron does: neither waits for the other. */
function begin(): void {
  let window: BrowserWindow | undefined;
  const shown = Promise.withResolvers<void>();
  const coordinator = startCoordinator(shown.promise, (state) => {
    // A page that comes later asks.
    if (window) sendState(window, state);
  });
  const quitting = quitInOrder(coordinator);
  void app.whenReady().then(() => {
    if (!quitting.isQuitting()) window = boot({ coordinator, quitting, onShown: shown.resolve });
  });
}

interface Begun {
  readonly coordinator: CoordinatorChild;
  readonly quitting: Quitting;
  /** Called when the page shows the workshop. */
  readonly onShown: () => void;
}

function boot({ coordinator, quitting, onShown }: Begun): BrowserWindow {
  const text = nativeText(app.getLocale());
  const settings = openSettings(ownDir);
  serveUi(path.join(distDir, 'ui'));
  lockSession();
  const { isHidden } = options;
  const window = openWindow({ distDir, settings, icon, isHidden, path: links.startPath() });
  const show = (): void => {
    window.show();
    window.focus();
  };
  const openAt = (address: string): void => {
    show();
    sendOpen(window, address);
  };
  const quiet = quietOf(settings);
  setMenu(text, {
    areNoticesOn: quiet.get().kind !== 'always',
    switchNotices: (on) => void quiet.set(on ? 'off' : 'always'),
    quit: () => app.quit(),
  });
  const tray = makeTray(path.join(app.getAppPath(), 'resources/tray'), text, {
    open: show,
    openAt,
    switchWorkshop: (name) => void switchWorkshop(coordinator.state(), name),
    stop: (running) => void stopAfterAsking(window, text, running, coordinator),
    quit: () => app.quit(),
  });
  answerBridge({
    ...{ window, coordinator, takeLink: links.take, dataDir: options.dataDir },
    notify: createNotices({ quiet: quiet.get, icon, open: openAt }),
    setTray(summary) {
      tray.show(summary);
      if (!summary.isAway) onShown();
    },
    quiet,
    installation: installationHere(),
  });
  followLinks(window, show);
  app.on('activate', show);
  app.once('before-quit', () => {
    tray.close();
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
  return window;
}

function installationHere(): BridgeDeps['installation'] {
  const { isPackaged } = app;
  const { platform, env, execPath } = process;
  const login = atLogin({
    ...{ platform, env, home: app.getPath('home'), items: app },
    ...{ program: appProgram({ env, execPath }), args: options.again },
  });
  const get = (): Installation => ({
    demoCommand: demoCommand({ isPackaged, platform, env, execPath }),
    startsAtLogin: isPackaged ? login.isOn() : null,
  });
  return {
    get,
    startAtLogin(on) {
      if (isPackaged) login.set(on);
      return get();
    },
  };
}

/** Links come with the start of the app, or with that of a second one, which ends at once. */
function followLinks(window: BrowserWindow, show: () => void): void {
  links.sendTo((link) => {
    show();
    sendLink(window, link);
  });
  app.on('second-instance', (_event, argv) => {
    const link = linkIn(argv);
    if (link) links.arrived(link);
    else show();
  });
}

function quietOf(settings: SettingsFile): BridgeDeps['quiet'] {
  const get = (): Quiet => quietAt(settings.get(), Date.now());
  return {
    get,
    set(choice) {
      settings.set(quietAfter(choice, new Date()));
      showNoticesOn(get().kind !== 'always');
      return get();
    },
  };
}

/** The emergency stop in the tray is one slip of the hand away from “Quit”. */
async function stopAfterAsking(
  window: BrowserWindow,
  text: NativeText,
  running: number,
  coordinator: CoordinatorChild,
): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: text.stopTitle,
    detail: text.stopDetail(running),
    buttons: [text.stopNow, text.cancel],
    cancelId: 1,
  });
  if (response === 0) await switchWorkshop(coordinator.state(), 'emergency.stop');
}

function startCoordinator(
  shown: Promise<void>,
  onState: (state: CoordinatorState) => void,
): CoordinatorChild {
  return startCoordinatorChild({
    dataDir: options.dataDir,
    program: serveProgram({
      isPackaged: app.isPackaged,
      appDir: app.getAppPath(),
      resourcesDir: process.resourcesPath,
      platform: process.platform,
    }),
    args: async (first) => {
      const takesUsual = options.port === null && (await isFree(USUAL_PORT));
      const port = options.port ?? (takesUsual ? String(USUAL_PORT) : '0');
      const note = options.port === null && !takesUsual ? await usualPortTaken() : null;
      return { args: ['--port', port, ...(options.demo && first ? ['--demo'] : [])], note };
    },
    clock: systemClock,
    env: process.env,
    shown,
    keychain: async () => {
      await app.whenReady();
      return safeStorage;
    },
    print: (line) => process.stdout.write(line),
    onState,
  });
}

async function usualPortTaken(): Promise<string> {
  // Before that, the language is not known.
  await app.whenReady();
  return nativeText(app.getLocale()).portTaken(USUAL_PORT);
}

interface Quitting {
  readonly isQuitting: () => boolean;
  /** Quits although the coordinator may need longer to end in order; nothing that it has answered is lost by that. */
  quitWithin(ms: number): void;
}

/** Whoever asks to quit waits until our coordinator has ended in order. */
function quitInOrder(coordinator: CoordinatorChild): Quitting {
  let isQuitting = false;
  let within: number | undefined;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isQuitting) return;
    isQuitting = true;
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
