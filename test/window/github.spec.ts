/**
 * GitHub in the real window, against a GitHub of the test's own: signing in, a link dragged in that becomes a merged pull
 * request and a closed issue, picking many issues, the rules and the webhook, and an account that is revoked in the middle.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import { z } from 'zod';
import { startGitHub, type GitHubStandIn } from '../support/github/start-github.ts';
import { addressOf, apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { drag, links } from './drag.ts';
import { leftInEnglish } from './language.ts';
import { newPictures, takePicture, takePictures } from './pictures.ts';

const STEP_MS = 60_000;
const REPO = 'acme/shop';
/** More than two pages of the picker. */
const ISSUES = 230;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let dataDir = '';
let app: DesktopApp;
let page: Page;
let github: GitHubStandIn;
let token = '';
let pictures = '';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(3 * STEP_MS);
  pictures = newPictures('github');
  github = await startGitHub();
  const files = { 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' };
  await github.createRepo(REPO, { files });
  const about = { title: 'The total is wrong', body: 'It should be 3.', labels: ['bug'] };
  github.createIssue(REPO, about);
  token = github.createToken('koubou-bot');
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
});

test.afterAll(async () => {
  await app.quit();
  await github.settled();
  await github.close();
  removeDataDir(dataDir);
  expect(github.violations).toEqual([]);
});

async function go(place: string): Promise<void> {
  await page.evaluate(`location.hash = '#${place}'`);
}

/** What axe finds in a part of the page, in both schemes. */
async function axeFinds(within = 'body'): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
    const violations: unknown = await page.evaluate(
      `axe.run('${within}', { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
    );
    found.push(
      ...z
        .array(z.string())
        .parse(violations)
        .map((one) => `${colorScheme}: ${one}`),
    );
  }
  return found;
}

test('somebody signs in with a token, which is never seen again', async () => {
  test.setTimeout(2 * STEP_MS);
  await go('/settings/github');
  await expect(page.getByTestId('github-sign-in')).toBeVisible();
  await takePictures(app, pictures, '1-signed-out');
  await page.getByTestId('github-host').fill(github.web);
  await page.getByTestId('github-token').fill('not-a-token-of-anybody');
  await page.getByTestId('github-sign-in-go').click();
  await expect(page.getByTestId('call-error')).toHaveAttribute('data-code', 'forge_refused');
  await takePicture(page, pictures, '2-refused');
  await page.getByTestId('github-host').fill(github.web);
  await page.getByTestId('github-token').fill(token);
  await page.getByTestId('github-sign-in-go').click();
  const account = page.getByTestId('github-account');
  await expect(account).toHaveAttribute('data-state', 'ok', { timeout: STEP_MS });
  await expect(account).toContainText('koubou-bot');
  const seen = await page.evaluate(
    `document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join()`,
  );
  expect(String(seen)).not.toContain(token);
  expect(await axeFinds()).toEqual([]);
  await takePictures(app, pictures, '3-signed-in');
});

test('rules are edited, and the webhook tells the workshop', async () => {
  test.setTimeout(2 * STEP_MS);
  await page.getByTestId('rule-add').click();
  await page.getByTestId('rules-save').click();
  await expect(page.getByTestId('github-rules').getByRole('alert')).toBeVisible();
  await page.getByTestId('rule-where').fill(`${github.web}/${REPO}`);
  await expect(page.getByTestId('rule-label')).toHaveValue('koubou');
  await page.getByTestId('rules-save').click();
  await expect(page.getByTestId('rules-save')).toHaveCount(0);
  const { rules } = await apiOf(dataDir)('github.rules', {});
  expect(rules).toEqual([{ repo: `${github.web}/${REPO}`, label: 'koubou' }]);
  await page.getByTestId('hook-show').click();
  const shown = page.getByTestId('github-hook').locator('.copy-line code');
  await expect(shown).toHaveCount(2);
  const [path = '', secret = ''] = await shown.allTextContents();
  github.hook(`${addressOf(dataDir).url}${path}`, secret);
  await takePictures(app, pictures, '4-rules-and-hook');
  expect(await axeFinds()).toEqual([]);
});

test('a dragged link becomes a pull request that is approved, merged, and closes its issue', async () => {
  test.setTimeout(4 * STEP_MS);
  await go('/tasks');
  // What is dropped on a field of the screen before goes into that field.
  await expect(page.getByTestId('settings-screen')).toHaveCount(0);
  const dragged = await drag(page, links([`${github.web}/${REPO}/issues/1`]));
  await dragged.drop();
  await expect(page.getByTestId('import-title')).toHaveValue('The total is wrong', {
    timeout: STEP_MS,
  });
  await page.getByTestId('import-all-engine').selectOption('command');
  await page.getByTestId('import-run').fill('echo changed >> notes.txt');
  await page.getByTestId('import-create').click();
  await page.getByTestId('import-made').click({ timeout: STEP_MS });
  const panel = page.getByTestId('pull-panel');
  await expect(panel).toHaveAttribute('data-pull', 'open', { timeout: STEP_MS });
  await expect(page.getByTestId('issue-chip')).toContainText(`${REPO}#1`);
  await test.step('checks are followed', async () => {
    await github.setCheck(REPO, 2, 'ci / lint', 'success');
    await github.setCheck(REPO, 2, 'ci / test', null);
    await expect(panel).toHaveAttribute('data-next', 'checks_pending', { timeout: STEP_MS });
    await takePicture(page, pictures, '5-checks-run');
    await github.setCheck(REPO, 2, 'ci / test', 'failure');
    await expect(panel).toHaveAttribute('data-next', 'checks_failed', { timeout: STEP_MS });
    await expect(panel.getByTestId('pull-checks').locator('li').first()).toContainText('ci / test');
    await expect(page.getByTestId('pull-merge')).toHaveCount(0);
    await takePictures(app, pictures, '6-checks-failed');
    expect(await axeFinds()).toEqual([]);
    await go('/tasks?view=board');
    await expect(page.getByTestId('pull-mark')).toHaveAttribute('data-checks', 'failed');
    await takePictures(app, pictures, '7-board');
    await github.setCheck(REPO, 2, 'ci / test', 'success');
    await expect(page.getByTestId('pull-mark')).toHaveAttribute('data-checks', 'passed', {
      timeout: STEP_MS,
    });
  });
  await page.getByTestId('task-row').click();
  await page.getByTestId('pull-merge').click();
  await expect(panel).toHaveAttribute('data-pull', 'merged', { timeout: STEP_MS });
  await expect(page.getByTestId('task-state')).toContainText('Merged');
  await expect(page.getByTestId('forge-mark').first()).toBeVisible();
  await takePictures(app, pictures, '8-merged');
  expect(github.pull(`${REPO}#2`).pull.merged).not.toBeNull();
  expect(github.issue(`${REPO}#1`).state).toBe('closed');
});

test('issues are picked, hundreds at once, and those that are tasks are marked', async () => {
  test.setTimeout(4 * STEP_MS);
  await apiOf(dataDir)('queue.pause', {});
  for (let n = 1; n <= ISSUES; n += 1)
    github.createIssue(REPO, { title: `Repair part ${n}`, labels: n <= 3 ? ['easy fix'] : [] });
  await go('/tasks');
  await page.keyboard.press('i');
  await page.getByTestId('import-doors').getByText('From GitHub').click();
  await page.getByTestId('pick-repo').fill('shop');
  await page.getByRole('option', { name: REPO }).click();
  await expect(page.getByTestId('pick-row').first()).toBeVisible({ timeout: STEP_MS });
  await expect(page.getByTestId('pick-total')).toContainText('100 of 23');
  await takePictures(app, pictures, '9-picker');
  expect(await axeFinds('[role=dialog]')).toEqual([]);
  await page.getByTestId('pick-label').fill('easy fix');
  await expect(page.getByTestId('pick-total')).toHaveText('3', { timeout: STEP_MS });
  await page.getByTestId('pick-all').click();
  await page.getByTestId('pick-take').click();
  await expect(page.getByTestId('import-title')).toHaveCount(3, { timeout: STEP_MS });
  await page.getByTestId('import-priority').first().selectOption('high');
  await page.getByTestId('import-all-engine').selectOption('command');
  await page.getByTestId('import-run').fill('true');
  await page.getByTestId('import-create').click();
  await expect(page.getByTestId('import-made')).toHaveCount(3, { timeout: STEP_MS });
  await page.keyboard.press('Escape');

  await test.step('the address of a repository that is dropped leads to its issues', async () => {
    const dragged = await drag(page, links([`${github.web}/${REPO}`]));
    await dragged.drop();
    await expect(page.getByTestId('pick-repo')).toHaveValue(`${github.web}/${REPO}`, {
      timeout: STEP_MS,
    });
    await page.getByTestId('pick-label').fill('easy fix');
    await expect(page.getByTestId('pick-twin')).toHaveCount(3, { timeout: STEP_MS });
    await page.getByTestId('pick-tick').first().click();
    await expect(page.getByTestId('pick-take')).toHaveText('Take 1 issue');
    await takePicture(page, pictures, '10-twins');
    await page.keyboard.press('Escape');
  });
});

test('a token that is revoked is seen where one looks, and signing in again mends it', async () => {
  test.setTimeout(3 * STEP_MS);
  github.revokeToken(token);
  await go('/settings/github');
  await page.getByTestId('github-check').click();
  const account = page.getByTestId('github-account');
  await expect(account).toHaveAttribute('data-state', 'revoked', { timeout: STEP_MS });
  await takePictures(app, pictures, '11-revoked');
  await go('/overview');
  const matter = page.locator('[data-matter=github_sign_in] a');
  await expect(matter).toHaveAttribute('href', '#/settings/github');
  await matter.click();
  await page.getByTestId('github-add').click();
  await page.getByTestId('github-host').fill(github.web);
  await page.getByTestId('github-token').fill(github.createToken('koubou-bot'));
  await page.getByTestId('github-sign-in-go').click();
  await expect(account).toHaveAttribute('data-state', 'ok', { timeout: STEP_MS });
  await go('/usage');
  await expect(page.getByTestId('github-usage')).toBeVisible();
  await takePictures(app, pictures, '12-usage');
});

test('all of it speaks Japanese, and fits a window of 900 px', async () => {
  test.setTimeout(2 * STEP_MS);
  await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setContentSize(900, 800),
  );
  await go('/settings/appearance');
  await page.getByTestId('own-language').getByText('日本語').click();
  const places = {
    '/settings/github': 'github-account',
    '/usage': 'github-usage',
    '/tasks/task-1/timeline': 'pull-panel',
  };
  for (const [place, part] of Object.entries(places)) {
    await go(place);
    await expect(page.getByTestId(part)).toBeVisible();
    expect(await leftInEnglish(page), place).toEqual([]);
    const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(wide), place).toBeLessThanOrEqual(0);
    await takePicture(page, pictures, `13${place.replaceAll('/', '-')}-ja`);
  }
});
