/**
 * The package, from its installation to its removal, as a user goes through it: the installed app runs the demo to a merged change,
 * is updated while a task runs, goes back, and when the package is gone, nothing is left but the user's data.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { endHome, newHome, outputIn, startInstalled, type Home } from './installed-app.ts';
import {
  builtPackages,
  installDeb,
  installedVersion,
  machineHere,
  purge,
  whatIsThere,
} from './machine.ts';
import { updateWay } from './update-way.ts';

/** A slow machine gets time. */
const STEP_MS = 60_000;

const machine = machineHere();
test.skip(typeof machine === 'string', typeof machine === 'string' ? machine : '');

let home: Home;
test.beforeEach(() => {
  if (typeof machine !== 'string') home = newHome(machine);
});
test.afterEach(async () => {
  if (typeof machine === 'string') return;
  try {
    await endHome(home);
  } finally {
    if (installedVersion() !== null) await purge(machine);
  }
});

test('a package is installed, used, and removed', async () => {
  if (typeof machine === 'string') return;
  const [now, next] = builtPackages();
  if (!now || !next) throw new Error('no packages were built: npm test -- install');
  const before = await whatIsThere();

  await test.step('installed', async () => {
    const took = await timed(async () => await installDeb(machine, now.file));
    tell(`${(statSync(now.file).size / 1e6).toFixed(0)} MB installed in ${took} s`);
    expect(installedVersion()).toBe(now.version);
  });
  await test.step('known to the system', async () => await knownToTheSystem(now.version));
  await test.step('the demo', demo);
  const step = async (title: string, work: () => Promise<void>): Promise<void> =>
    await test.step(title, work);
  await updateWay({ home, now, next, step, first: ownToInstalled });

  await test.step('removed', async () => {
    await purge(machine);
    const after = await whatIsThere();
    expect([...after].filter((one) => !before.has(one))).toEqual([]);
    expect([...before].filter((one) => !after.has(one))).toEqual([]);
    const data = path.join(home.dir, '.local/share/koubou');
    expect(existsSync(path.join(data, 'demo/koubou.db'))).toBe(true);
  });
});

/** The command line, its manual, the licence, the desktop's menu, and the links. */
async function knownToTheSystem(version: string): Promise<void> {
  expect(await outputIn(home, 'koubou', 'version')).toContain(version);
  const entry = '/usr/share/applications/koubou-desktop.desktop';
  execFileSync('desktop-file-validate', [entry]);
  expect(readFileSync(entry, 'utf8')).toContain('Exec=/opt/Koubou/koubou-desktop %U');
  const handler = await outputIn(home, 'xdg-mime', 'query', 'default', 'x-scheme-handler/koubou');
  expect(handler.trim()).toBe('koubou-desktop.desktop');
  const shipped = execFileSync('dpkg', ['--listfiles', 'koubou']).toString();
  for (const file of [
    'man/man1/koubou.1.gz',
    'man/man1/koubou-desktop.1.gz',
    'doc/koubou/copyright',
    'doc/koubou/changelog.gz',
    'icons/hicolor/256x256/apps/koubou-desktop.png',
  ])
    expect(shipped).toContain(`/usr/share/${file}\n`);
  // Not for the machine to be made of: it is looked for by nobody.
  expect(readdirSync('/opt/Koubou/resources')).not.toContain('default_app.asar');
}

/** From an issue to a merged change, in the app's own window. */
async function demo(): Promise<void> {
  const began = performance.now();
  const app = startInstalled(home, '--demo', '--port', '0');
  const page = await app.page();
  const shown = async (what: string, locator: Locator): Promise<void> => {
    await expect(locator).toBeVisible({ timeout: STEP_MS });
    tell(`first start: ${what} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  };
  await shown('the window', page.locator('#root > :not(style)').first());
  await shown('the task, under way', page.getByTestId('phase').first());
  const state = page.getByTestId('task-state').first();
  await expect(state).toHaveAttribute('data-state', 'review', { timeout: 2 * STEP_MS });
  await page.getByTestId('tab-changes').click();
  await page.getByTestId('approve').click();
  await expect(state).toHaveAttribute('data-state', 'completed', { timeout: STEP_MS });
  expect(await isShutIn(page)).toBe(true);
  await app.quit();
}

/** Said in the window of the installed app, and nowhere else. */
async function ownToInstalled(page: Page): Promise<void> {
  await expect(page.getByTestId('guide-task')).toContainText('koubou-desktop --demo');
  await startsAtLogin(page);
}

async function startsAtLogin(page: Page): Promise<void> {
  const entry = path.join(home.dir, '.config/autostart/koubou-desktop.desktop');
  await page.evaluate("location.hash = '#/settings/workshop'");
  const isOn = page.getByTestId('own-at-login');
  await expect(isOn).not.toBeChecked();
  await isOn.dispatchEvent('click');
  await expect(isOn).toBeChecked();
  await expect.poll(() => existsSync(entry)).toBe(true);
  execFileSync('desktop-file-validate', [entry]);
  expect(readFileSync(entry, 'utf8')).toContain('Exec="/opt/Koubou/koubou-desktop" "--hidden"');
  await picture(page, 'settings');
  await isOn.dispatchEvent('click');
  await expect(isOn).not.toBeChecked();
  await expect.poll(() => existsSync(entry)).toBe(false);
}

/** The page knows nothing of Node, however the app was packed. */
async function isShutIn(page: Page): Promise<boolean> {
  return await page.evaluate(() => !('require' in globalThis) && !('process' in globalThis));
}

async function timed(work: () => Promise<void>): Promise<string> {
  const began = performance.now();
  await work();
  return ((performance.now() - began) / 1000).toFixed(1);
}

/** With KOUBOU_PICTURES=1, for who wants to look. */
async function picture(page: Page, name: string): Promise<void> {
  if (process.env['KOUBOU_PICTURES'] !== '1') return;
  await page.screenshot({ path: `test-results/install-pictures/${name}.png` });
}

/** A figure for whoever reads the report. */
function tell(description: string): void {
  test.info().annotations.push({ type: 'figure', description });
  console.log(description);
}
