/** An account at a model provider, through the window: added, used by the built-in engine, revoked, and signed in again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { startMessagesApi, type MessagesApi } from '../support/models/messages-api.ts';
import { makeRepo } from '../support/small-repo.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';

const STEP_MS = 45_000;
const LIMITS = { requestsPerMinute: 50, inputTokensPerMinute: 40_000, fiveHours: 3_000 };
const KEY = 'sk-ant-window-first';
const NEW_KEY = 'sk-ant-window-second';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let dataDir = '';
let open: DesktopApp | undefined;
let provider: MessagesApi;

test.beforeEach(async () => {
  test.setTimeout(4 * STEP_MS);
  dataDir = newDataDir();
  provider = await startMessagesApi(() => [{ type: 'text', text: 'Done.' }], {
    keys: { [KEY]: LIMITS },
  });
});

test.afterEach(async () => {
  await open?.quit();
  open = undefined;
  await provider.close();
  removeDataDir(dataDir);
});

async function axeFinds(): Promise<string[]> {
  const page = open?.page;
  if (!page) return ['no window'];
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
    const answer: unknown = await page.evaluate(
      `axe.run('body', { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 200)).join(' ')))`,
    );
    found.push(...z.array(z.string()).parse(answer));
  }
  return found;
}

test('an account is added, revoked, and signed in again', async () => {
  writeFileSync(path.join(dataDir, 'config.yaml'), 'budgets:\n  dayDollars: 1\n');
  open = await openApp(dataDir);
  const { page, errors } = open;
  const folder = newPictures('accounts');
  const picture = async (name: string): Promise<void> => {
    if (open) await takePictures(open, folder, name);
  };
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  await page.evaluate(`location.hash = '#/settings/accounts'`);
  const account = page.getByTestId('account');

  await test.step('a key that is none is refused, and a good one is taken', async () => {
    await expect(page.getByTestId('account-form')).toBeVisible();
    await picture('none');
    await page.getByTestId('account-name').fill('Works');
    await page.getByTestId('account-address').fill(provider.url);
    await page.getByTestId('account-secret').fill('sk-ant-wrong');
    await page.getByTestId('account-add-go').click();
    await expect(page.getByTestId('call-error')).toHaveAttribute('data-code', 'account_refused');
    await picture('refused');
    await page.getByTestId('account-secret').fill(KEY);
    await page.getByTestId('account-add-go').click();
    await expect(account).toHaveAttribute('data-state', 'good', { timeout: STEP_MS });
    expect(await page.content()).not.toContain(KEY);
    expect(await axeFinds()).toEqual([]);
  });

  await test.step('the built-in engine speaks through it, and is counted', async () => {
    const repo = makeRepo(path.join(dataDir, 'shop'), { 'README.md': '# Shop\n' });
    const task = await apiOf(dataDir)('tasks.create', {
      ...{ repo, title: 'Look at the shop', body: 'Say what it is.' },
      engine: { kind: 'anthropic' },
    });
    await page.evaluate(`location.hash = '#/tasks/${task.id}/why'`);
    await expect(page.getByTestId('task-calls')).toBeVisible({ timeout: STEP_MS });
    await picture('task');
    await page.evaluate(`location.hash = '#/usage?by=account'`);
    await expect(page.getByTestId('call').first()).toContainText('Works', { timeout: STEP_MS });
    await expect(page.getByTestId('limit').first()).toBeVisible({ timeout: STEP_MS });
    await expect(page.getByTestId('budgets')).toContainText('of $1.00', { timeout: STEP_MS });
    await picture('usage');
    await page.getByTestId('calls').screenshot({ path: path.join(folder, 'calls.png') });
    expect(await axeFinds()).toEqual([]);
  });

  await test.step('a new task may name every engine, and sees who speaks for it', async () => {
    await page.evaluate(`location.hash = '#/start'`);
    const option = page.locator('label.engine-option', {
      has: page.getByTestId('new-task-engine-anthropic'),
    });
    await expect(option.first()).toContainText('through Works', { timeout: STEP_MS });
    await picture('engines');
  });

  await test.step('a revoked key is told with what to do, and a new one repairs it', async () => {
    await page.evaluate(`location.hash = '#/settings/accounts'`);
    provider.revoke(KEY);
    await expect(async () => {
      await page.getByTestId('account-check').click();
      await expect(account).toHaveAttribute('data-state', 'signed_out', { timeout: 500 });
    }).toPass({ timeout: STEP_MS });
    await expect(page.getByTestId('account-trouble')).toContainText('Sign in again');
    await picture('signed-out');
    expect(await axeFinds()).toEqual([]);
    provider.accept(NEW_KEY, LIMITS);
    await page.getByTestId('account-sign-in').click();
    await page.getByTestId('account-secret').fill(NEW_KEY);
    await picture('sign-in-again');
    await page.getByTestId('account-again-go').click();
    await expect(account).toHaveAttribute('data-state', 'good', { timeout: STEP_MS });
    await expect(page.getByTestId('account-again')).toHaveCount(0);
    await picture('good');
  });

  await test.step('it is removed after a question', async () => {
    await page.getByTestId('account-remove').click();
    await page.getByTestId('account-remove-confirm').click();
    await expect(account).toHaveCount(0);
    await expect(page.getByTestId('account-form')).toBeVisible();
  });
  expect(errors.filter((error) => !error.includes('400') && !error.includes('422'))).toEqual([]);
});
