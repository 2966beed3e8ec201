/** Settings, the record, the first steps, and about: one workshop, seen through the window. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { makeRepo } from '../support/small-repo.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';

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

/** The number in the last line of an exported record; `null` while it is not whole. */
function lastSeq(file: string): unknown {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!text.endsWith('\n')) return null;
  return (JSON.parse(text.trim().split('\n').at(-1) ?? '') as { seq: number }).seq;
}

test('a workshop is set up, looked into, and checked', async () => {
  const file = path.join(dataDir, 'config.yaml');
  writeFileSync(file, '# ours\nbackups:\n  keep: 3 # small disk\n');
  open = await openApp(dataDir);
  const { page, errors } = open;
  const folder = newPictures('settings');
  const picture = async (name: string): Promise<void> => {
    if (open) await takePictures(open, folder, name);
  };
  const go = async (place: string): Promise<void> => {
    await page.evaluate(`location.hash = '#${place}'`);
  };
  await expect(page.getByTestId('guide')).toBeVisible({ timeout: STEP_MS });
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  await picture('guide-start');

  await test.step('a step of the guide ticks itself off, and the guide can be put away', async () => {
    await expect(page.getByTestId('guide-task')).toHaveAttribute('data-done', 'false');
    await go('/guide');
    await expect(page.getByTestId('guide-screen')).toBeVisible();
    const call = apiOf(dataDir);
    await call('queue.pause', {});
    const repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
    const engine = { kind: 'command', run: 'true' } as const;
    for (let n = 1; n <= 40; n += 1)
      await call('tasks.create', { repo, title: `Round total ${n} once`, body: '', engine });
    await expect(page.getByTestId('guide-task')).toHaveAttribute('data-done', 'true');
    await picture('guide');
    await go('/audit');
    await expect(page.getByTestId('guide-note')).toBeVisible();
    await go('/guide');
    await page.getByTestId('guide-put-away').click();
    await go('/tasks');
    await expect(page.getByTestId('guide-note')).toHaveCount(0);
    await page.getByTestId('menu').click();
    await page.getByTestId('menu-guide').click();
    await expect(page.getByTestId('guide-screen')).toBeVisible();
  });

  await test.step('a setting is found, checked as one types, saved beside the comments', async () => {
    await go('/settings');
    await expect(page).toHaveURL(/settings\/workshop$/);
    await page.getByTestId('settings-search').fill('残す');
    await expect(page.getByTestId('setting-backups.keep')).toBeVisible();
    await expect(page.getByTestId('setting-lan.port')).toHaveCount(0);
    await page.getByTestId('settings-search').fill('');
    await go('/settings/backups');
    const keep = page.getByLabel('Backups kept');
    await expect(keep).toHaveValue('3');
    await keep.fill('0');
    await expect(page.getByText('At least 1.')).toBeVisible();
    await expect(page.getByTestId('settings-save')).toBeDisabled();
    await keep.fill('12');
    await go('/settings/workshop');
    await page.getByLabel('Name of the workshop').fill('Aya’s shop');
    await page.getByLabel('Agents on this PC').fill('0');
    await expect(page.getByTestId('settings-save-bar')).toContainText('3 changes');
    await picture('settings-typed');
    await page.getByTestId('settings-save').click();
    await expect(page.getByTestId('settings-save-bar')).toHaveCount(0);
    expect(readFileSync(file, 'utf8')).toContain('# ours\nbackups:\n  keep: 12 # small disk\n');
    await expect(page).toHaveTitle('Settings · Aya’s shop');
    await expect(page.getByTestId('settings-restart')).toContainText('1 setting');
    const count = page.getByTestId('setting-agents.count');
    await expect(count).toContainText('Until then: 1');
    await picture('settings-waiting');
    await page.getByTestId('settings-restart-now').click();
    await expect(page.getByTestId('settings-restart')).toHaveCount(0, { timeout: STEP_MS });
    await expect(page.getByTestId('health')).toContainText('no agent', { timeout: STEP_MS });
    await count.getByTestId('setting-default').click();
    await expect(page.getByLabel('Agents on this PC')).toHaveValue('1');
    await page.getByTestId('settings-discard').click();
  });

  await test.step('what others change meanwhile is neither lost nor overwritten', async () => {
    await page.getByLabel('Name of the workshop').fill('Other');
    appendFileSync(file, 'engines:\n  model: opus\n');
    await page.getByTestId('settings-save').click();
    await expect(page.getByTestId('settings-changed')).toBeVisible();
    await page.getByTestId('settings-save').click();
    await expect(page.getByTestId('settings-save-bar')).toHaveCount(0);
    expect(readFileSync(file, 'utf8')).toContain('model: opus');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, `${good}limits:\n  testMs: soon\n`);
    await go('/audit');
    await go('/settings/engines');
    await expect(page.getByTestId('settings-problem')).toContainText('line');
    await picture('settings-problem');
    writeFileSync(file, good);
  });

  await test.step('the record is searched, opened, followed, checked, and taken along', async () => {
    await go('/audit');
    const lines = page.getByTestId('audit-event');
    await expect(lines.first()).toBeVisible();
    await page.getByTestId('audit-q').fill('total 17 ');
    await expect(lines).toHaveCount(1);
    await lines.first().click();
    await expect(page.getByTestId('audit-json')).toContainText('"title": "Round total 17 once"');
    await page.getByTestId('audit-clear').click();
    await picture('audit');
    await page.getByTestId('audit-detail-close').click();
    await apiOf(dataDir)('queue.resume', {});
    await expect(page.locator('[data-type="queue.resumed"]')).toBeVisible();
    await page.getByTestId('audit-verify').click();
    await expect(page.getByTestId('audit-verdict')).toContainText('Sound', { timeout: STEP_MS });
    const saved = path.join(dataDir, 'audit.ndjson');
    await open?.electron.evaluate(({ session }, to) => {
      session.defaultSession.once('will-download', (_event, item) => item.setSavePath(to));
    }, saved);
    await page.getByTestId('audit-export').click();
    await expect.poll(() => lastSeq(saved)).toBe(1);
    await picture('audit-sound');
  });

  await test.step('and all of it in Japanese', async () => {
    await go('/settings/appearance');
    await page.getByTestId('own-language').getByText('日本語').click();
    await expect(page.getByRole('heading', { level: 1, name: '設定' })).toBeVisible();
    await picture('appearance-ja');
    await go('/settings/workshop');
    await picture('workshop-ja');
    await go('/audit');
    await picture('audit-ja');
    await go('/settings/security');
    await picture('security-ja');
    await go('/settings/about');
    await expect(page.getByTestId('about-coordinator')).toContainText('(');
    await page.getByTestId('licences-show').click();
    await expect(page.getByTestId('licence').filter({ hasText: 'zod' })).toHaveCount(1);
    await picture('about-ja');
  });
  expect(errors.filter((error) => !/ERR_CONNECTION|WebSocket|409/.test(error))).toEqual([]);
});
