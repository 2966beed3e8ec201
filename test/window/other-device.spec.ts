/**
 * The workshop on another device: Chromium, as Electron has it, without anything of the desktop app in it, opens the link that
 * `koubou serve --lan` prints, accepts the certificate by the fingerprint that is printed beside it, and works as far as its role goes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { ownDisplay } from './displays.ts';
import { leftInEnglish } from './language.ts';

const STEP_MS = 45_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** All there is of a browser: a window that nothing of ours runs in. */
const BROWSER = `const { app, BrowserWindow } = require('electron');
void app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 860 }).loadURL('about:blank'));`;

let workshop: Workshop;
let browser: ElectronApplication;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(2 * STEP_MS);
  workshop = await startWorkshop({ args: ['--lan', '127.0.0.1:0', '--qr', '--agents', '0'] });
  const main = path.join(workshop.dir, 'browser.cjs');
  writeFileSync(main, BROWSER);
  const isRoot = process.getuid?.() === 0;
  browser = await _electron.launch({
    args: [...(isRoot ? ['--no-sandbox'] : []), main],
    env: { ...strings(process.env), ...ownDisplay(process.env), LANG: 'en_US.UTF-8' },
  });
  page = await browser.firstWindow();
});

test.afterAll(async () => {
  await browser.close();
  await workshop.close();
});

test('the printed link is refused before its certificate is accepted, then shows the workshop live', async () => {
  await expect.poll(() => workshop.log()).toContain('koubou token revoke');
  const [link = ''] = /https:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(workshop.log()) ?? [];
  await expect(page.goto(link)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  const printed = /\n {2}((?:[0-9A-F]{2}:)+)\n {2}([0-9A-F:]+)\n/.exec(workshop.log()) ?? [];
  await trust(`${printed[1] ?? ''}${printed[2] ?? ''}`);
  // What is shown in place of the page that was refused comes a moment later.
  await page.waitForURL('chrome-error://chromewebdata/');
  await page.goto(link);
  await expect(page.getByTestId('who')).toContainText('Operator', { timeout: STEP_MS });
  expect(page.url()).not.toContain('token');
  await page.getByRole('link', { name: 'Tasks' }).first().click();
  const repo = makeRepo(workshop.dir, { 'notes.txt': 'notes\n' });
  await workshop.call('tasks.create', {
    repo,
    title: 'Seen from elsewhere',
    engine: { kind: 'command', run: 'true' },
  });
  await expect(page.getByText('Seen from elsewhere').first()).toBeVisible();
  await expect(page.getByTestId('new-task')).toBeEnabled();
  await expect(page.getByTestId('queue-pause')).toBeDisabled();
});

test('a viewer looks, cannot create a task, and is out when put out', async () => {
  const made = await workshop.call('access.create', { role: 'viewer', name: 'Guest', link: true });
  await page.goto('about:blank');
  await page.goto(made.link?.url ?? '');
  await expect(page.getByTestId('who')).toContainText('Guest · Viewer');
  await page.goto(`${new URL(page.url()).origin}/#/tasks`);
  await expect(page.getByText('Seen from elsewhere').first()).toBeVisible();
  await expect(page.getByTestId('new-task')).toBeDisabled();
  const refused = await page.evaluate(`fetch('/api/v1/tasks', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + sessionStorage.getItem('koubou.token'), 'content-type': 'application/json' },
    body: JSON.stringify({ repo: '/x', title: 'No', engine: { kind: 'command', run: 'true' } }),
  }).then(async (answer) => [answer.status, (await answer.json()).error.details.needed])`);
  expect(refused).toEqual([403, 'operator']);
  // Open on the PC itself; what troubles the workshop is nothing for all of the LAN.
  expect(await page.evaluate(`fetch('/health').then(({ status }) => status)`)).toBe(401);
  await workshop.call('access.revoke', { id: made.access.id });
  await expect(page.getByTestId('no-token')).toBeVisible();
  const events = await workshop.call('audit.list', {});
  expect(events.events.map(({ event }) => event.type)).toContain('access.revoked');
});

test('the settings make a link with its code, in English and Japanese', async () => {
  await page.goto('about:blank');
  await page.goto(`${workshop.url}/#token=${workshop.token}`);
  // The page itself goes on from its first address.
  await expect(page).toHaveURL(/#\/tasks\/task-1/);
  for (const language of ['en', 'ja']) {
    await page.evaluate(`localStorage.setItem('koubou.language', '${language}')`);
    await page.goto(`${workshop.url}/#/settings/network`);
    await page.reload();
    await page.getByTestId('device-open').click();
    await page.getByTestId('device-name').fill(`Tablet ${language}`);
    expect(await axeFinds()).toEqual([]);
    await page.getByTestId('device-make').click();
    await expect(page.getByTestId('device-code')).toBeVisible();
    expect(await axeFinds()).toEqual([]);
    if (language === 'ja') expect(await leftInEnglish(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(
      page.getByTestId('device').filter({ hasText: `Tablet ${language}` }),
    ).toBeVisible();
  }
  await page
    .getByTestId('device')
    .filter({ hasText: 'Tablet ja' })
    .getByTestId('device-revoke')
    .click();
  await page.getByTestId('device-revoke-sure').click();
  await expect(page.getByTestId('device').filter({ hasText: 'Tablet ja' })).toHaveCount(0);
});

/** As a person does who compares what the browser shows with what was printed. @param fingerprint `AB:CD:…` */
async function trust(fingerprint: string): Promise<void> {
  const shown = Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64');
  await browser.evaluate(({ app }, expected) => {
    app.on('certificate-error', (event, _, __, ___, certificate, done) => {
      event.preventDefault();
      done(certificate.fingerprint === `sha256/${expected}`);
    });
  }, shown);
}

async function axeFinds(): Promise<unknown> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  return await page.evaluate(
    `axe.run('body', { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
  );
}

function strings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || name === 'ELECTRON_RUN_AS_NODE' ? [] : [[name, value]],
    ),
  );
}
