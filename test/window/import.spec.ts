/** Work from outside in the real window: links dragged in, what is understood of them, and the tasks that become of it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { makeRepo } from '../support/small-repo.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { drag, links } from './drag.ts';
import { newPictures, takePictures } from './pictures.ts';

const STEP_MS = 45_000;

let dataDir = '';
let app: DesktopApp;
let repo = '';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(2 * STEP_MS);
  dataDir = newDataDir();
  repo = makeRepo(path.join(dataDir, 'repo'), { 'README.md': '# Small\n' });
  app = await openApp(dataDir);
  await expect(app.page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  await apiOf(dataDir)('queue.pause', {});
});

test.afterAll(async () => {
  await app.quit();
  removeDataDir(dataDir);
});

const FIVE = [12, 13, 14].map((n) => `https://github.com/acme/shop/issues/${n}`);

test('five links dragged in from outside become tasks, once each', async () => {
  test.setTimeout(2 * STEP_MS);
  const { page } = app;
  const pictures = newPictures('import');
  const five = [...FIVE, 'https://gitlab.com/acme/app/-/merge_requests/4', `file://${repo}`];
  const dragged = await drag(page, links(five));
  await expect(page.getByTestId('drop-veil')).toHaveAttribute('data-kind', 'link');
  await takePictures(app, pictures, '1-veil');
  await dragged.drop();
  await expect(page.getByTestId('drop-veil')).toHaveCount(0);
  await expect(page.getByTestId('import-row')).toHaveCount(5);
  await expect(page.getByTestId('import-problem')).toHaveCount(4);
  await expect(page.locator('[data-testid=import-problem][data-code=sign_in_first]')).toHaveCount(
    4,
  );
  await takePictures(app, pictures, '2-understood');

  // By keyboard alone: a title for each, the same repository and command for all.
  const titles = page.getByTestId('import-title');
  await expect(page.getByTestId('import-tick').first()).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(titles.first()).toBeFocused();
  for (const n of [1, 2, 3, 4, 5]) {
    await page.keyboard.type(`Repair part ${n}`);
    if (n < 5) await page.keyboard.press('ArrowDown');
  }
  await expect(titles.last()).toHaveValue('Repair part 5');
  for (const field of await page.getByTestId('import-repo').all()) await field.fill('');
  await expect(page.getByTestId('import-lacking')).toContainText('5');
  await page.getByTestId('import-all-repo').fill(repo);
  await page.getByTestId('import-all-engine').selectOption('command');
  await page.getByTestId('import-run').fill('true');
  await page.getByTestId('import-priority').first().selectOption('high');
  await takePictures(app, pictures, '3-adjusted');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('import-made')).toHaveCount(5, { timeout: STEP_MS });
  await takePictures(app, pictures, '4-made');
  await page.getByTestId('import-show').click();
  const { tasks } = await apiOf(dataDir)('tasks.list', {});
  expect(tasks.map(({ title }) => title).toSorted()).toEqual(
    [1, 2, 3, 4, 5].map((n) => `Repair part ${n}`),
  );
  expect(tasks.filter(({ origin }) => origin !== null)).toHaveLength(4);
  expect(tasks.filter(({ priority }) => priority === 'high')).toHaveLength(1);

  // The same links again: marked, and not ticked.
  const again = await drag(page, links(five.slice(0, 2)));
  await again.drop();
  await expect(page.getByTestId('import-twin')).toHaveCount(2);
  await expect(page.getByTestId('import-tick').first()).not.toBeChecked();
  await expect(page.getByTestId('import-create')).toBeDisabled();
  await takePictures(app, pictures, '5-twins');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('import-row')).toHaveCount(0);
  expect(app.errors).toEqual([]);
});

test('a file, a paste and a folder come the same way; what is not understood says why', async () => {
  test.setTimeout(2 * STEP_MS);
  const { page, electron } = app;
  const pictures = newPictures('import-more');
  const list = path.join(dataDir, 'plan.md');
  writeFileSync(list, '- [ ] Round prices half up\n  As banks do it.\n- [x] Already there\n');
  const table = path.join(dataDir, 'plan.csv');
  writeFileSync(
    table,
    `title;repo;priority;needs\nWrite a note;${repo};low;gpu\nNo way;${repo};soon;\n`,
  );
  const picture = path.join(dataDir, 'x.png');
  writeFileSync(picture, Buffer.from([0x89, 0x50, 0, 1]));
  const dragged = await drag(page, { files: [list, table, picture] });
  await expect(page.getByTestId('drop-veil')).toContainText('3 files');
  await dragged.drop();
  await expect(page.getByTestId('import-row')).toHaveCount(5);
  await expect(page.getByTestId('import-row').first()).toHaveAttribute('data-kind', 'unknown');
  await expect(page.getByTestId('import-lacking')).toContainText('1');
  await takePictures(app, pictures, '1-files');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('import-row')).toHaveCount(0);

  // Pasted where nobody types.
  await electron.evaluate(({ clipboard }) =>
    clipboard.writeText('acme/shop#99 From the clipboard'),
  );
  await page.locator('#main').focus();
  await page.keyboard.press('Control+v');
  await expect(page.getByTestId('import-title')).toHaveValue('From the clipboard');
  await page.keyboard.press('Escape');

  // By the palette, empty at first.
  await page.keyboard.press('i');
  await expect(page.getByTestId('import-text')).toBeVisible();
  await takePictures(app, pictures, '2-empty');
  await page.keyboard.press('Escape');

  const folder = await drag(page, { files: [repo] });
  await folder.drop();
  await expect(page.getByTestId('new-task-repo')).toHaveValue(repo);
  expect(app.errors).toEqual([]);
});
