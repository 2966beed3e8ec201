/**
 * A PC that becomes an agent and leaves again, from the window alone: a real coordinator, a real sshd on a host of its
 * own, the real executable. The page comes from that coordinator, as in a browser. Needs root on Linux and
 * `npm run build:koubou`; with KOUBOU_PICTURES=1 pictures are in test-results/real-host.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { whyNoHosts } from '../support/hosts/base.ts';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import {
  makeUserKey,
  startProvisioningWorkshop,
  type ProvisioningWorkshop,
} from '../support/provisioning.ts';
import { ROOT } from '../support/workshop.ts';
import { newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePicture } from './pictures.ts';

const STEP_MS = 90_000;
const PASSWORD = 'a word for this host alone';
const hasExecutable = existsSync(path.join(ROOT, 'dist/executables/manifest.json'));

test.skip(whyNoHosts() !== null, whyNoHosts() ?? '');
test.skip(!hasExecutable, 'there is no executable: run  npm run build:koubou');

let pictures = '';
let dir = '';
let hosts: Hosts | undefined;
let kiln: Host;
let workshop: ProvisioningWorkshop | undefined;
let app: DesktopApp | undefined;

test.beforeEach(async () => {
  test.setTimeout(5 * STEP_MS);
  pictures = newPictures('real-host');
  dir = mkdtempSync('/var/tmp/koubou-window-host-');
  hosts = await openHosts({ workDir: dir });
  const { file } = await makeUserKey(path.join(dir, 'user'));
  kiln = await hosts.add({
    name: 'kiln',
    init: 'systemd',
    signIn: { keys: [], password: PASSWORD },
  });
  workshop = await startProvisioningWorkshop({ hosts, dir: path.join(dir, 'workshop'), key: file });
});

test.afterEach(async () => {
  if (app) {
    await app.quit();
    removeDataDir(app.dataDir);
  }
  await workshop?.close();
  await hosts?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a PC becomes an agent, step by step, and is left as it was', async () => {
  const before = kiln.files();
  const page = await openPage();
  await page.getByRole('link', { name: 'Agents' }).click();
  await page.getByTestId('add-hosts-open').first().click();
  await page.getByTestId('hosts-text').fill(`${kiln.user}@${kiln.address}`);
  await page.getByTestId('host-location').fill('Tokyo, 3rd floor');
  await page.getByTestId('add-hosts-submit').click();

  const card = page.getByTestId('provisioning');
  await expect(page.getByTestId('fingerprint')).toHaveText(/^SHA256:/, { timeout: STEP_MS });
  await shoot(page, 'host-key');
  await page.getByTestId('host-key-trust').click();
  await expect(page.getByTestId('prompt')).toHaveAttribute('type', 'password', {
    timeout: STEP_MS,
  });
  await shoot(page, 'password');
  await page.getByTestId('prompt').fill(PASSWORD);
  await page.getByTestId('prompts-send').click();
  await expect(page.getByTestId('report').first()).toBeVisible({ timeout: STEP_MS });
  await shoot(page, 'report');
  await expect(card).toHaveAttribute('data-state', 'done', { timeout: STEP_MS });
  await card.getByRole('button').first().click();
  await shoot(page, 'done');

  const tile = page.getByTestId('agent-tile');
  await expect(tile.getByTestId('agent-state')).toHaveAttribute('data-state', /idle|overloaded/);
  await expect(tile).toContainText('Tokyo, 3rd floor');
  await page.getByTestId('put-away').click();
  await shoot(page, 'agent');

  await tile.getByTestId('agent-more').click();
  await page.getByTestId('agent-uninstall').click();
  await page.getByTestId('uninstall-name').fill('kiln');
  await page.getByTestId('uninstall-submit').click();
  await page.getByTestId('prompt').fill(PASSWORD, { timeout: STEP_MS });
  await page.getByTestId('prompts-send').click();
  await expect(card).toHaveAttribute('data-state', 'done', { timeout: STEP_MS });
  await shoot(page, 'removed');
  await expect(tile).toHaveCount(0);
  expect(kiln.files()).toEqual(before);
});

/** A page of the coordinator that can reach the host, in a window without our preload. */
async function openPage(): Promise<Page> {
  if (!workshop) throw new Error('there is no workshop');
  app = await openApp(newDataDir());
  const { electron } = app;
  const opened = electron.waitForEvent('window');
  await electron.evaluate(
    ({ BrowserWindow }, address) =>
      void new BrowserWindow({ width: 1280, height: 800, useContentSize: true }).loadURL(address),
    `${workshop.url}/#token=${workshop.token}`,
  );
  return await opened;
}

async function shoot(page: Page, name: string): Promise<void> {
  await takePicture(page, pictures, name);
}
