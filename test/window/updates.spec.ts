/** Updates in the window: what the settings say, and a version that is ready until somebody has decided. */
import { expect, test } from '@playwright/test';
import type { UpdateView } from '../../src/shared/update.ts';
import { newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';

const STEP_MS = 45_000;

const READY: UpdateView = {
  version: '0.1.0',
  channel: 'stable',
  server: 'https://updates.example/koubou/',
  isUsual: false,
  phase: { at: 'ready', version: '0.2.0', waits: false, isPutOff: false, keepsAttempts: true },
  back: { version: '0.0.9', isKept: true, backup: '2026-11-20T08-00-00Z-before-0.1.0' },
};

let dataDir = '';
let app: DesktopApp;

test.beforeEach(async () => {
  test.setTimeout(3 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
});

test.afterEach(async () => {
  await app.quit();
  removeDataDir(dataDir);
});

/** As the main process of an installed app says it. */
async function say(view: UpdateView): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, said) =>
      BrowserWindow.getAllWindows()[0]?.webContents.send('koubou:update', said),
    view,
  );
}

test('a version that is ready asks until somebody has decided, and a checkout says why there is none', async () => {
  const { page } = app;
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  await page.evaluate("location.hash = '#/settings/updates'");
  await expect(page.getByTestId('updates')).toContainText('runs from a checkout');
  await expect(page.getByTestId('update-check')).toBeDisabled();
  await expect(page.getByTestId('update-banner')).toBeHidden();

  await say(READY);
  const banner = page.getByTestId('update-banner');
  await expect(banner).toContainText('Koubou 0.2.0 is ready');
  await expect(page.getByTestId('update-back')).toHaveText('Go back to 0.0.9');
  await expect(page.getByTestId('updates')).toContainText('2026-11-20T08-00-00Z-before-0.1.0');
  await page.getByTestId('update-server').fill('files');
  await expect(page.getByTestId('updates')).toContainText('begins with https://');

  await say({
    ...READY,
    phase: {
      ...READY.phase,
      at: 'ready',
      version: '0.2.0',
      waits: true,
      isPutOff: false,
      keepsAttempts: false,
    },
  });
  await expect(banner).toContainText('installed when nothing runs');
  await expect(banner.getByTestId('update-now')).toBeHidden();
  // What is ordered reaches the main process, which has no update: the banner goes.
  await banner.getByTestId('update-later').click();
  await expect(banner).toBeHidden();

  await say({
    ...READY,
    phase: { at: 'refused', problem: 'wrong_signature', detail: 'no', checkedAt: Date.now() },
  });
  await expect(page.getByTestId('update-refused')).toContainText('not signed by');
});
