/** The emergency stop and what else the system shows of the window: tray, links, and the quiet mode of notices. */
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { patientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';

const STEP_MS = 45_000;

let dataDir = '';
let app: DesktopApp;
let page: Page;

test.beforeEach(async () => {
  test.setTimeout(4 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir, 'koubou://agent/local-1');
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
});

test.afterEach(async () => {
  await app.quit();
  removeDataDir(dataDir);
});

test('everything is stopped and resumed, in the window and in the tray, and links are followed', async () => {
  const folder = newPictures('emergency');
  const call = apiOf(dataDir);
  const engine = patientEngine(dataDir);

  await test.step('a link that the app was started with opens its screen', async () => {
    await expect(page).toHaveURL(/#\/agents\/local-1/);
  });

  const repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
  await call('tasks.create', { repo, title: 'Round & total', engine: engine.spec });
  await engine.working();
  await watchTray();

  await test.step('the button asks first, and says how much stands still', async () => {
    await page.getByTestId('emergency-stop').click();
    await expect(page.getByTestId('emergency-lead')).toContainText('1 attempt is running');
    await takePictures(app, folder, 'question');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('emergency-lead')).toBeHidden();
    await page.keyboard.press('Control+Shift+E');
    await page.getByTestId('emergency-reason').fill('The fan is loud');
    await expect(page.getByRole('radio', { name: 'They stand still' })).toBeChecked();
    await page.getByTestId('emergency-confirm').click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const banner = page.getByTestId('emergency-banner');
    await expect(banner).toContainText('1 attempt stands still');
    await expect(banner).toContainText('The fan is loud');
    await expect(page.getByTestId('emergency-stop')).toBeDisabled();
    await takePictures(app, folder, 'stopped');
    expect(await call('emergency.get', {})).toMatchObject({ stopped: { how: 'freeze' } });
  });

  await test.step('the tray says so, and resumes', async () => {
    await expect.poll(trayMenu, { timeout: STEP_MS }).toContain('emergency-resume');
    await clickTray('emergency-resume');
    await expect(page.getByTestId('emergency-banner')).toBeHidden({ timeout: STEP_MS });
    engine.letGo();
    await expect.poll(trayMenu, { timeout: STEP_MS }).toContain('need-0');
    expect(await trayLabel('need-0')).toBe('Review: Round && total');
    await clickTray('need-0');
    await expect(page).toHaveURL(/#\/tasks\/task-1\/changes/);
  });

  await test.step('the tray asks before it stops', async () => {
    await app.electron.evaluate(({ dialog }) => {
      const answers = [1, 0];
      dialog.showMessageBox = () =>
        Promise.resolve({ response: answers.shift() ?? 1, checkboxChecked: false });
    });
    await clickTray('emergency-stop');
    expect((await call('emergency.get', {})).stopped).toBeNull();
    await clickTray('emergency-stop');
    await expect(page.getByTestId('emergency-banner')).toBeVisible();
    await page.getByTestId('emergency-resume').click();
    await expect(page.getByTestId('emergency-banner')).toBeHidden();
  });

  await test.step('links show something, and do nothing', async () => {
    await openLink('koubou://task/1');
    await expect(page).toHaveURL(/#\/tasks\/task-1$/);
    await openLink(
      `koubou://import?url=${encodeURIComponent('https://forge.example/a/b/issues/7')}`,
    );
    await expect(page.getByTestId('import-summary')).toBeVisible();
    expect((await call('queue.get', {})).counts['review']).toBe(1);
    await page.keyboard.press('Escape');
    await openLink('koubou://delete/everything');
    await expect(page).toHaveURL(/#\/overview/);
    await expect(page.getByText('That link leads nowhere here')).toBeVisible();
  });

  await test.step('notices are quiet for as long as one wants', async () => {
    await page.getByTestId('menu').click();
    await page.getByTestId('quiet-morning').click();
    await page.getByTestId('menu').click();
    await expect(page.getByTestId('quiet-label')).toContainText('Quiet until');
    await page.getByTestId('quiet-off').click();
    await page.getByTestId('menu').click();
    await expect(page.getByTestId('quiet-label')).toHaveText('Desktop notifications');
    await page.keyboard.press('Escape');
  });
});

/** Keeps the menu that is made for the tray; there is no tray in a test. */
async function watchTray(): Promise<void> {
  await app.electron.evaluate(({ Menu }) => {
    const build = Menu.buildFromTemplate;
    Menu.buildFromTemplate = (template) => {
      const menu = build(template);
      if (menu.getMenuItemById('state')) Object.assign(globalThis, { trayMenu: menu });
      return menu;
    };
  });
}

async function trayMenu(): Promise<string[]> {
  const found = await app.electron.evaluate(({ Menu }) => {
    const menu: unknown = Reflect.get(globalThis, 'trayMenu');
    return menu instanceof Menu ? JSON.stringify(menu.items.map(({ id }) => id)) : '[]';
  });
  return found.match(/[a-z0-9-]+/g) ?? [];
}

async function trayLabel(id: string): Promise<string | undefined> {
  return await app.electron.evaluate(({ Menu }, wanted) => {
    const menu: unknown = Reflect.get(globalThis, 'trayMenu');
    return menu instanceof Menu ? menu.getMenuItemById(wanted)?.label : undefined;
  }, id);
}

async function clickTray(id: string): Promise<void> {
  await app.electron.evaluate(({ Menu }, wanted) => {
    const menu: unknown = Reflect.get(globalThis, 'trayMenu');
    if (menu instanceof Menu) menu.getMenuItemById(wanted)?.click();
  }, id);
}

/** As a second start of the app passes it on. */
async function openLink(link: string): Promise<void> {
  await app.electron.evaluate(
    ({ app: electronApp }, given) =>
      void electronApp.emit('second-instance', {}, ['koubou', given], '/', null),
    link,
  );
}
