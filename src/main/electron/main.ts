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
  sendUpdate,
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
import { argsAfterUpdate, readOptions } from './options.ts';
import { isFree, USUAL_PORT } from './port.ts';
import { SHUTDOWN_MS, watchPower } from './power.ts';
import { quietAfter, quietAt } from './quiet.ts';
import { serveProgram } from './serve-program.ts';
import { openSettings, type SettingsFile } from './settings.ts';
import { makeTray, type TrayActions, type WorkshopTray } from './tray.ts';
import { goBackAlone, joinUpdates, type JoinDeps, type JoinedUpdates } from './update/join.ts';
import { openMemory } from './update/memory.ts';
import type { UpdateCoordinator } from './update/updates.ts';
import { restoreFirst } from './update/restore-first.ts';
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
const memory = openMemory(path.join(ownDir, 'update'));
const program = serveProgram({
  isPackaged: app.isPackaged,
  appDir: app.getAppPath(),
  resourcesDir: process.resourcesPath,
  platform: process.platform,
});
// One that is there already hears what was wanted.
if (!app.requestSingleInstanceLock()) app.exit(0);
else if (options.rollBack) void rollBack();
else begin();

/** The coordinator comes up while Electron does: neither waits for the other. */
function begin(): void {
  let window: BrowserWindow | undefined;
  const hear: ((state: CoordinatorState) => void)[] = [];
  const shown = Promise.withResolvers<void>();
  const coordinator = startCoordinator(shown.promise, (state) => {
    // A page that comes later asks.
    if (window) sendState(window, state);
    for (const one of hear) one(state);
  });
  const updates = joinUpdates(updateDeps(coordinator, shown.promise));
  hear.push(updates.heard);
  const quitting = quitInOrder(coordinator);
  void app.whenReady().then(() => {
    const onShown = shown.resolve;
    if (!quitting.isQuitting()) window = boot({ coordinator, updates, quitting, onShown });
  });
}

/** For who starts a version that does not come up: no workshop and no window, only the way back. */
async function rollBack(): Promise<void> {
  await app.whenReady();
  const surface = { settings: openSettings(ownDir), text: nativeText(app.getLocale()) };
  const coordinator = { state: () => ({ status: 'starting' }) as const, ...NO_COORDINATOR };
  app.exit(await goBackAlone(updateDeps(coordinator, Promise.resolve()), surface));
}

/** In its place where none is started. */
const NO_COORDINATOR: Omit<UpdateCoordinator, 'state'> = {
  retry: () => Promise.resolve(),
  restart: () => Promise.resolve(false),
};

function updateDeps(coordinator: UpdateCoordinator, shown: Promise<void>): JoinDeps {
  const argsAgain = argsAfterUpdate(process.argv.slice(1), options);
  const { dataDir, rollBack: back } = options;
  const isSure = back?.isSure === true;
  const clock = systemClock;
  return { ownDir, dataDir, memory, argsAgain, isSure, coordinator, clock, shown };
}

interface Begun {
  readonly coordinator: CoordinatorChild;
  readonly updates: JoinedUpdates;
  readonly quitting: Quitting;
  /** Called when the page shows the workshop. */
  readonly onShown: () => void;
}

function boot({ coordinator, updates, quitting, onShown }: Begun): BrowserWindow {
  const text = nativeText(app.getLocale());
  const settings = openSettings(ownDir);
  serveUi(path.join(distDir, 'ui'));
  lockSession();
  const { isHidden } = options;
  const window = openWindow({ distDir, settings, icon, isHidden, path: links.startPath() });
  const show = (): void => bringUp(window);
  const openAt = (address: string): void => {
    show();
    sendOpen(window, address);
  };
  const quiet = quietOf(settings);
  setMenu(text, {
    areNoticesOn: quiet.get().kind !== 'always',
    switchNotices: (on) => void quiet.set(on ? 'off' : 'always'),
    checkForUpdates() {
      openAt('/settings/updates');
      void updates.order({ do: 'check' });
    },
    quit: () => app.quit(),
  });
  const tray = trayOf({ window, text, coordinator, open: show, openAt });
  const notify = createNotices({ quiet: quiet.get, icon, open: openAt });
  updates.show({ window, settings, text, notify, onView: (view) => sendUpdate(window, view) });
  answerBridge({
    ...{
      window,
      coordinator,
      notify,
      update: updates.order,
      takeLink: links.take,
      dataDir: options.dataDir,
    },
    setTray(summary) {
      tray.show(summary);
      updates.workChanged();
      if (!summary.isAway) onShown();
    },
    quiet,
    installation: installationHere(),
  });
  followLinks(updates, window, show);
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

function bringUp(window: BrowserWindow): void {
  window.show();
  window.focus();
}

interface TrayDeps extends Pick<TrayActions, 'open' | 'openAt'> {
  readonly window: BrowserWindow;
  readonly text: NativeText;
  readonly coordinator: CoordinatorChild;
}

function trayOf({ window, text, coordinator, open, openAt }: TrayDeps): WorkshopTray {
  return makeTray(path.join(app.getAppPath(), 'resources/tray'), text, {
    open,
    openAt,
    switchWorkshop: (name) => void switchWorkshop(coordinator.state(), name),
    stop: (running) => void stopAfterAsking(window, text, running, coordinator),
    quit: () => app.quit(),
  });
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
function followLinks(updates: JoinedUpdates, window: BrowserWindow, show: () => void): void {
  links.sendTo((link) => {
    show();
    sendLink(window, link);
  });
  app.on('second-instance', (_event, argv) => {
    const link = linkIn(argv);
    if (link) return links.arrived(link);
    show();
    if (argv.includes('--roll-back')) void updates.order({ do: 'back' });
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
    program,
    args: async (first) => {
      const restored = first ? await restoreFirst({ ...options, memory, program }) : null;
      const takesUsual = options.port === null && (await isFree(USUAL_PORT));
      const port = options.port ?? (takesUsual ? String(USUAL_PORT) : '0');
      const note = options.port === null && !takesUsual ? await usualPortTaken() : null;
      const args = ['--port', port, ...(options.demo && first ? ['--demo'] : [])];
      return { args, note: restored ?? note };
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
