/** The tasks as a list: carried over the board, selected by keys, done in bulk with a way back, filtered, sorted, kept as views. */
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { TaskState } from '../../src/shared/domain/task.ts';
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

test('tasks are carried, done in bulk, filtered and kept as views', async () => {
  const app = await openApp(dataDir);
  open = app;
  const { page, errors } = app;
  const folder = newPictures('tasks');
  const picture = (name: string): Promise<void> => takePictures(app, folder, name);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  const call = apiOf(dataDir);
  const stateOf = async (id: string): Promise<TaskState> => (await call('tasks.get', { id })).state;
  const priorityOf = async (id: string): Promise<string> =>
    (await call('tasks.get', { id })).priority;
  const repo = makeRepo(path.join(dataDir, 'shop'), { 'README.md': '# Shop\n' });
  const add = (title: string, run: string): Promise<unknown> =>
    call('tasks.create', { repo, title, body: 'As it says.', engine: { kind: 'command', run } });
  await add('Round the total once', 'echo "total" >> notes.txt');
  await add('Name the tax on every line', 'echo "tax" >> tax.txt');
  await expect.poll(() => stateOf('task-1'), { timeout: STEP_MS }).toBe('review');
  await expect.poll(() => stateOf('task-2'), { timeout: STEP_MS }).toBe('review');
  await call('queue.pause', {});
  for (const title of [
    'Sort the cart',
    'カートを並べ替える',
    'Say which item is sold out',
    'Old',
  ]) {
    await add(title, 'true');
  }
  await call('tasks.cancel', { id: 'task-6' });
  await page.keyboard.press('t');
  await expect(card(page, 'task-5')).toBeVisible();

  await test.step('a card that is carried says what a drop would do, and does it', async () => {
    await lift(page, card(page, 'task-3'));
    await expect(page.getByTestId('drop-working')).toContainText('Agents take their work');
    await expect(page.getByTestId('drop-done')).toHaveAttribute('data-possible', 'false');
    await over(page, 'urgent');
    await expect(page.getByTestId('drop-urgent')).toHaveAttribute('data-over', 'true');
    await picture('carried');
    await over(page, 'urgent');
    await page.mouse.up();
    await expect.poll(() => priorityOf('task-3')).toBe('urgent');
    await page.getByTestId('undo').click();
    await expect.poll(() => priorityOf('task-3')).toBe('normal');
    await expect(page).toHaveURL(/#\/tasks$/);

    await lift(page, card(page, 'task-2'));
    await over(page, 'done');
    await page.mouse.up();
    await expect(page.getByText('Merges task-2 in 5 seconds')).toBeVisible();
    await page.getByText('Merges task-2').locator('..').getByTestId('undo').click();
    await expect(page.getByText('Not merged: task-2')).toBeVisible();

    await lift(page, card(page, 'task-4'));
    await over(page, 'cancel');
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect(page.getByTestId('drop-cancel')).toHaveCount(0);
    await expect(page).toHaveURL(/#\/tasks$/);
  });

  await test.step('all of it goes by the keyboard', async () => {
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.getByTestId('chosen-count')).toHaveText('3 selected');
    await page.keyboard.press('e');
    await picture('priority');
    await page.getByTestId('move-high').press('Enter');
    for (const id of ['task-3', 'task-4', 'task-5'])
      await expect.poll(() => priorityOf(id)).toBe('high');
    await page.keyboard.press('m');
    await expect(page.getByTestId('move-done')).toHaveAttribute('aria-disabled', 'true');
    await picture('move');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('c');
    await expect(page.getByText('Cancels 3 tasks in 5 seconds')).toBeVisible();
    await expect(page.getByText('Cancelled 3 tasks')).toBeVisible({ timeout: 15_000 });
    for (const id of ['task-3', 'task-4', 'task-5']) expect(await stateOf(id)).toBe('cancelled');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('chosen-count')).toHaveCount(0);
  });

  await test.step('the table sorts, and has the columns one wants', async () => {
    await page.getByTestId('task-view').locator('label').nth(1).click();
    await page.getByTestId('sort-task').click();
    await expect(page.getByTestId('task-row').first()).toContainText('Name the tax');
    await page.getByTestId('columns').click();
    await page.getByLabel('Priority', { exact: true }).check();
    await page.getByLabel('Duration', { exact: true }).check();
    await page.keyboard.press('Escape');
    await page.getByTestId('grip-repo').press('ArrowLeft');
    await expect(page.getByRole('columnheader', { name: 'Duration' })).toBeVisible();
    await page.keyboard.press('Control+a');
    await picture('table');
    await page.getByTestId('bulk-clear').click();
  });

  await test.step('a filter is typed, becomes chips, and is kept as a view', async () => {
    await page.getByTestId('task-search').fill('state:done cart');
    await expect(page.getByTestId('task-row')).toHaveCount(1);
    await page.getByTestId('task-search').press('Enter');
    await expect(page.getByTestId('chip-state')).toContainText('Done');
    await expect(page.getByTestId('task-search')).toHaveValue('cart');
    await page.getByTestId('save-view').click();
    await page.getByTestId('view-name').fill('Carts that are done');
    await page.getByTestId('view-name').press('Enter');
    await expect(page.getByTestId('view')).toHaveAttribute('aria-current', 'page');
    await picture('view');
    await page.getByTestId('chip-state').click();
    await expect(page.getByTestId('view')).not.toHaveAttribute('aria-current', 'page');
    await page.getByTestId('view').click();
    await expect(page.getByTestId('task-row')).toHaveCount(1);
    expect((await call('views.get', {})).views).toMatchObject([{ name: 'Carts that are done' }]);
    await page.getByTestId('view-more').click();
    await page.getByTestId('view-remove').click();
    await expect(page.getByTestId('view')).toHaveCount(0);
    await page.getByText('Deleted the view').locator('..').getByTestId('undo').click();
    await expect(page.getByTestId('view')).toHaveText('Carts that are done');
  });
  expect(errors).toEqual([]);
});

function card(page: Page, id: string): Locator {
  return page.locator(`.card[data-task=${id}]`);
}

async function lift(page: Page, what: Locator): Promise<void> {
  const box = await what.boundingBox();
  if (!box) throw new Error('the card is not there');
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 50, { steps: 3 });
  await expect(page.locator('.card-hand')).toBeVisible();
}

async function over(page: Page, place: string): Promise<void> {
  const box = await page.getByTestId(`drop-${place}`).boundingBox();
  if (!box) throw new Error(`there is no place ${place}`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
}
