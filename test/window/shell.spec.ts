/** The desktop shell: what one sees at first, when the coordinator dies or cannot start, and when the window is closed. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { makeRepo } from '../support/small-repo.ts';
import {
  apiOf,
  browserAddress,
  newDataDir,
  openApp,
  removeDataDir,
  serveInfo,
  type DesktopApp,
} from './app.ts';
import { newPictures, takePicture, takePictures, takeWindow } from './pictures.ts';

const STEP_MS = 45_000;

let dataDir = '';
let open: DesktopApp | undefined;

test.beforeEach(() => {
  test.setTimeout(3 * STEP_MS);
  dataDir = newDataDir();
});

test.afterEach(async () => {
  await open?.quit();
  open = undefined;
  removeDataDir(dataDir);
});

async function start(): Promise<DesktopApp> {
  open = await openApp(dataDir);
  return open;
}

test('an empty workshop invites to a first task, and takes one from the form', async () => {
  const { page, errors } = await start();
  await expect(page.getByTestId('start-screen')).toBeVisible({ timeout: STEP_MS });
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });

  await page.getByTestId('new-task-submit').click();
  await expect(page.getByText('Needed')).toHaveCount(2);

  await page.getByTestId('new-task-repo').fill(path.join(dataDir, 'nothing'));
  await page.getByTestId('new-task-title').fill('Write a note');
  await page.getByTestId('new-task-body').fill('One line is enough.');
  await page.getByTestId('new-task-engine-command').check();
  await page.getByTestId('new-task-run').fill('echo "done by hand" >> notes.txt');
  await page.getByTestId('new-task-submit').click();
  await expect(page.getByTestId('call-error')).toHaveAttribute('data-code', 'repo_not_found');
  errors.length = 0;

  const repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
  await page.getByTestId('new-task-repo').fill(repo);
  await page.getByTestId('new-task-submit').click();
  await expect(page).toHaveURL(/#\/tasks\/task-1$/);
  await expect(page.getByRole('heading', { name: 'Write a note' })).toBeVisible();
  await expect(page.getByTestId('approve')).toBeVisible({ timeout: STEP_MS });
  await page.getByTestId('tab-changes').click();
  await expect(page.getByTestId('diff')).toContainText('done by hand');
  expect(errors).toEqual([]);
});

test('everything is reached by the keyboard, and the frame is as one wants it', async () => {
  const app = await start();
  const { page, errors } = app;
  const folder = newPictures('shell');
  const picture = (name: string): Promise<void> => takePictures(app, folder, name);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  const call = apiOf(dataDir);
  await call('queue.pause', {});
  const repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
  const engine = { kind: 'command', run: 'true' } as const;
  for (const title of [
    'Round the total once',
    'Name the tax on every line',
    'カートを並べ替える',
  ]) {
    await call('tasks.create', { repo, title, body: 'As it says.', engine });
  }
  await page.getByTestId('start-screen').waitFor({ state: 'detached' });
  await expect(page.getByTestId('first-hint')).toContainText('Ctrl K');
  await picture('first');

  await test.step('the palette finds, acts, and remembers', async () => {
    await page.keyboard.press('Control+k');
    await expect(page.getByTestId('first-hint')).toHaveCount(0);
    await page.keyboard.type('tax');
    await expect(entries(page)).toHaveText([/Name the tax/]);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/tasks\/task-2$/);
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

    // Who chooses another view of a task stays where he is.
    await page.getByTestId('tab-terminal').press('Enter');
    await expect(page).toHaveURL(/terminal$/);
    await page.getByTestId('tab-timeline').press('Enter');
    await expect(page.getByTestId('tab-timeline')).toBeFocused();

    await page.keyboard.press('Control+k');
    await expect(entries(page).first()).toHaveText(/Cancel task-2/);
    await picture('palette');
    await page.keyboard.type('cancel total');
    await page.keyboard.press('Enter');
    await page.getByTestId('confirm').click();
    await expect
      .poll(async () => (await call('tasks.get', { id: 'task-1' })).state)
      .toBe('cancelled');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to tasks');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/tasks$/);
    await expect(page.getByRole('heading', { level: 1, name: 'Tasks' })).toBeFocused();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('zzz');
    await expect(page.getByTestId('palette')).toContainText('Nothing is called “zzz”');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('palette')).toBeHidden();
  });

  await test.step('keys are listed and work', async () => {
    await page.keyboard.press('?');
    await expect(page.getByTestId('help')).toContainText('Go to Agents');
    await picture('help');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('a');
    await expect(page.getByRole('link', { name: 'Agents' })).toHaveAttribute(
      'aria-current',
      'page',
    );
    await page.keyboard.press('t');
    await expect(page.getByRole('heading', { level: 1, name: 'Tasks' })).toBeFocused();

    const skip = page.getByRole('link', { name: 'Skip to content' });
    await skip.focus();
    await expect(skip).toBeInViewport();
    const screens = ['Overview', 'Tasks', 'Queue', 'Agents', 'Usage', 'Audit', 'Settings'];
    const stops = ['Koubou', 'Fold the sidebar', 'New task', 'Search', ...screens];
    for (const name of [
      ...stops,
      /^First steps/,
      'Put away: First steps',
      'Resume queue',
      'Emergency stop',
      'Menu',
    ]) {
      await page.keyboard.press('Tab');
      await expect(page.locator(':focus')).toHaveAccessibleName(name);
    }
    await skip.press('Enter');
    await expect(page.locator('#main')).toBeFocused();
  });

  await test.step('language and colours change at once', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('日本語');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('タスク');
    await picture('japanese');
    await page.getByTestId('menu').click();
    await page.getByTestId('language-en').click();
    await page.getByTestId('menu').click();
    await page.getByTestId('scheme-dark').click();
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await page.getByTestId('menu').click();
    await page.getByTestId('scheme-auto').click();
  });

  await test.step('the sidebar folds, stays so, and gives way when there is no room', async () => {
    const sidebar = page.locator('.sidebar');
    await page.keyboard.press('Control+b');
    await expect(sidebar).toHaveAttribute('data-folded', 'true');
    await page.reload();
    await expect(sidebar).toHaveAttribute('data-folded', 'true');
    await page.getByRole('link', { name: 'Tasks' }).hover();
    await expect(page.getByRole('tooltip')).toHaveText('Tasks');
    await page.getByTestId('fold').click();
    await expect(sidebar).toHaveAttribute('data-folded', 'false');

    await app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setContentSize(900, 700);
      window?.webContents.setZoomFactor(2);
    });
    await expect.poll(() => page.evaluate('innerWidth')).toBe(450);
    await expect(sidebar).toHaveAttribute('data-folded', 'true');
    for (const id of ['new-task', 'search', 'menu']) {
      await page.getByTestId(id).scrollIntoViewIfNeeded();
      await expect(page.getByTestId(id)).toBeInViewport();
    }
    for (const screen of ['tasks', 'tasks/task-2/timeline', 'start', 'agents']) {
      await page.evaluate(`location.hash = '#/${screen}'`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await page.evaluate(WIDEST)).toBeLessThanOrEqual(450);
      await takeWindow(app, folder, `zoomed-${screen.replaceAll('/', '-')}`);
    }
  });
  expect(errors).toEqual([]);
});

test('a coordinator that was killed is started again, and the window says so meanwhile', async () => {
  const { page } = await start();
  await expect(page.getByTestId('health')).toBeVisible({ timeout: STEP_MS });
  const before = serveInfo(dataDir);
  process.kill(before.pid, 'SIGKILL');
  await expect(page.getByTestId('connection-banner')).toBeVisible();
  await takePicture(page, newPictures('shell-away'), 'away');
  await expect(page.getByTestId('connection-banner')).toBeHidden({ timeout: STEP_MS });
  expect(serveInfo(dataDir).pid).not.toBe(before.pid);
  await page.getByTestId('queue-pause').click();
  await expect(page.getByTestId('queue-resume')).toBeVisible();
});

test('a coordinator that cannot start is told with its last words, and can be tried again', async () => {
  const damaged = path.join(dataDir, 'koubou.db');
  writeFileSync(
    damaged,
    'this is no database, and it is long enough to be taken for one'.repeat(200),
  );
  const { page } = await start();
  await expect(page.getByTestId('cannot-start')).toBeVisible({ timeout: STEP_MS });
  await expect(page.getByTestId('coordinator-log')).toContainText('koubou.db');
  await page.getByTestId('coordinator-retry').click();
  await expect(page.getByTestId('cannot-start')).toBeVisible({ timeout: STEP_MS });
  await takePicture(page, newPictures('shell-stuck'), 'cannot-start');

  rmSync(damaged);
  await page.getByTestId('coordinator-retry').click();
  await expect(page.getByTestId('start-screen')).toBeVisible({ timeout: STEP_MS });
});

test('closing the window asks once whether the workshop goes on', async () => {
  const { electron, page } = await start();
  await expect(page.getByTestId('health')).toBeVisible({ timeout: STEP_MS });
  const { pid } = serveInfo(dataDir);
  await electron.evaluate(({ dialog }) => {
    const asked = { times: 0 };
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = () => {
      asked.times += 1;
      return Promise.resolve({ response: 0, checkboxChecked: false });
    };
  });
  const closeIt = () =>
    electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  const isVisible = () =>
    electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());

  await closeIt();
  await expect.poll(isVisible).toBe(false);
  await electron.evaluate(({ app }) => app.emit('activate'));
  await expect.poll(isVisible).toBe(true);
  await closeIt();
  await expect.poll(isVisible).toBe(false);
  const times = await electron.evaluate(() => JSON.stringify(Reflect.get(globalThis, 'asked')));
  expect(times).toBe('{"times":1}');
  expect(serveInfo(dataDir).pid).toBe(pid);
});

test('the same interface opens in a browser, which keeps the token out of sight', async () => {
  const { electron, page } = await start();
  await expect(page.getByTestId('health')).toBeVisible({ timeout: STEP_MS });
  const opened = electron.waitForEvent('window');
  // A window without our preload is a browser: the page comes from the coordinator itself.
  await electron.evaluate(
    ({ BrowserWindow }, address) => void new BrowserWindow().loadURL(address),
    browserAddress(dataDir),
  );
  const browser = await opened;
  await expect(browser.getByTestId('start-screen')).toBeVisible({ timeout: STEP_MS });
  expect(browser.url()).toBe(`${serveInfo(dataDir).url}/#/start`);
  await browser.reload();
  await expect(browser.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });

  await browser.evaluate(() => sessionStorage.clear());
  await browser.reload();
  await expect(browser.getByTestId('no-token')).toBeVisible();
});

function entries(page: Page) {
  return page.getByTestId('palette-entry');
}

/** How far to the right anything reaches that is not moved sideways inside its own box. */
const WIDEST = `Math.max(document.documentElement.scrollWidth, document.querySelector('#main').scrollWidth + document.querySelector('#main').offsetLeft)`;
