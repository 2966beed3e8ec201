/** What the desktop app does with the system: notices, sleep and wake, and shutdown. */
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import {
  apiOf,
  newDataDir,
  openApp,
  processesOf,
  removeDataDir,
  serveInfo,
  type DesktopApp,
} from './app.ts';

const STEP_MS = 45_000;

let dataDir = '';
let app: DesktopApp;
let page: Page;

test.beforeEach(async () => {
  test.setTimeout(4 * STEP_MS);
  dataDir = newDataDir();
  await start();
});

test.afterEach(async () => {
  await app.quit();
  removeDataDir(dataDir);
});

async function start(): Promise<void> {
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
}

test('a change to review is told by the system to who does not look, once, and a click opens it', async () => {
  await catchNotices();
  await hide();
  const call = apiOf(dataDir);
  const repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
  for (const title of ['First', 'Second']) {
    await call('tasks.create', { repo, title, engine: QUICK_ENGINE });
  }
  await expect
    .poll(async () => (await call('queue.get', {})).counts['review'], { timeout: STEP_MS })
    .toBe(2);
  await expect.poll(notices, { timeout: STEP_MS }).toHaveLength(1);
  expect(String(await notices())).toMatch(/ready for your review/i);

  await app.electron.evaluate(({ ipcMain }) => void ipcMain.emit('test:click'));
  // The change, or the list when both were told of together.
  await expect(page).toHaveURL(/#\/tasks(\/task-\d+\/changes)?$/);
  const isVisible = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.isVisible(),
  );
  expect(isVisible).toBe(true);
});

test('notices can be switched off in the menu', async () => {
  await catchNotices();
  await app.electron.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('notices')?.click();
  });
  await hide();
  const call = apiOf(dataDir);
  const repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
  await call('tasks.create', { repo, title: 'Quiet', engine: QUICK_ENGINE });
  await expect
    .poll(async () => (await call('queue.get', {})).counts['review'], { timeout: STEP_MS })
    .toBe(1);
  expect(await notices()).toEqual([]);
});

test('a coordinator that does not answer after a sleep is restarted, and the window is back at once', async () => {
  const before = serveInfo(dataDir);
  process.kill(before.pid, 'SIGSTOP');
  await app.electron.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'));
  await expect(page.getByTestId('connection-banner')).toBeVisible({ timeout: STEP_MS });
  await expect(page.getByTestId('connection-banner')).toBeHidden({ timeout: STEP_MS });
  expect(serveInfo(dataDir).pid).not.toBe(before.pid);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
});

test('a shutdown of the system ends the workshop in order', async () => {
  const { electron } = app;
  const ended = new Promise<void>((resolve) => void electron.once('close', () => resolve()));
  await app.electron.evaluate(({ powerMonitor }) => {
    setImmediate(() => powerMonitor.emit('shutdown', { preventDefault: () => {} }));
  });
  await ended;
  await expect.poll(() => processesOf(dataDir), { timeout: STEP_MS }).toEqual([]);
});

/** Keeps what the system would show; there is none in a test. */
async function catchNotices(): Promise<void> {
  await app.electron.evaluate(({ ipcMain, Notification }) => {
    const titles: string[] = [];
    Notification.isSupported = () => true;
    Notification.prototype.show = function show() {
      titles.push(this.title);
      ipcMain.once('test:click', () => this.emit('click'));
    };
    Object.assign(globalThis, { titles });
  });
}

async function notices(): Promise<unknown> {
  return JSON.parse(
    await app.electron.evaluate(() => JSON.stringify(Reflect.get(globalThis, 'titles'))),
  );
}

/** Hides the window; Playwright has every page believe that it is shown and has the focus. */
async function hide(): Promise<void> {
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  await page.evaluate('document.hasFocus = () => false');
}
