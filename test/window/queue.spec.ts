/**
 * The queue in a real window: what is paused and why a task waits for it, recurring tasks, what was found of a task put right by
 * hand, a task made with the fields that are folded away, and how the agents stand to one that waits. The machine that takes
 * the work is played by the test. Pictures are in test-results/queue.
 */
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePicture, takePictures } from './pictures.ts';
import { playAgent, PLAYED, type ScriptedAgent } from './scripted-agent.ts';

const PICTURES = newPictures('queue');
const STEP_MS = 45_000;
const RUN = { kind: 'command', run: 'true' } as const;

let dataDir = '';
let app: DesktopApp;
let page: Page;
let call: Workshop['call'];
let repo = '';
let kiln: ScriptedAgent | undefined;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(2 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  call = apiOf(dataDir);
  repo = makeRepo(path.join(dataDir, 'shop'), { 'notes.txt': 'first\n' });
});

test.afterAll(async () => {
  kiln?.leave();
  await app.quit();
  removeDataDir(dataDir);
});

test('an empty queue says so, and has nothing to clear', async () => {
  await open('/queue');
  await expect(page.getByTestId('queue-next')).toContainText('Nothing waits');
  await expect(page.getByTestId('queue-recurring')).toContainText('No recurring tasks');
  await expect(page.getByTestId('queue-clear')).toBeDisabled();
  await picture('empty');
});

test('a paused priority and a paused repository keep their tasks, and say so', async () => {
  await switchOf('queue-priority-low').click();
  await expect(page.getByTestId('queue-priority-low')).not.toBeChecked();
  await page.getByTestId('queue-pause-repo').fill(repo);
  await page.getByTestId('queue-pause-repo').press('Enter');
  await expect(page.getByTestId('queue-pauses').getByRole('listitem')).toContainText(repo);
  const low = await create({ title: 'Tidy the imports', priority: 'low' });
  const other = makeRepo(path.join(dataDir, 'depot'), { 'notes.txt': 'first\n' });
  const lower = await create({ title: 'Count the shelves', priority: 'low', repo: other });
  const line = page.getByTestId('queue-next').getByRole('listitem');
  await expect(line.filter({ hasText: low.title })).toContainText('paused');
  await expect(line.filter({ hasText: lower.title })).toContainText('Tasks of this priority (Low)');
  await picture('paused');
  await page.getByRole('link', { name: lower.title }).click();
  await expect(page.getByTestId('why-wait')).toContainText('Tasks of this priority (Low)');

  await open('/queue');
  await switchOf('queue-priority-low').click();
  await expect(page.getByTestId('queue-priority-low')).toBeChecked();
  await expect(line.filter({ hasText: lower.title })).toHaveCount(0, { timeout: STEP_MS });
  await expect(line.filter({ hasText: low.title })).toContainText(`The tasks of ${repo}`);
});

test('the queue is cleared with the number of its tasks, and no other', async () => {
  await create({ title: 'Translate the receipt' });
  await page.getByTestId('queue-clear').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 tasks');
  await page.getByTestId('queue-clear-number').fill('7');
  await expect(page.getByTestId('queue-clear-confirm')).toBeDisabled();
  await takePicture(page, PICTURES, 'clear');
  await page.getByTestId('queue-clear-number').fill('2');
  await page.getByTestId('queue-clear-confirm').click();
  await expect(page.getByText('2 tasks were cancelled')).toBeVisible();
  await expect(page.getByTestId('queue-next')).toContainText('Nothing waits');
  await page.getByTestId('queue-pauses').getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByTestId('queue-pauses').getByRole('listitem')).toHaveCount(0);
});

test('a recurring task is added after a wrong time was refused, changed, run, switched off and removed', async () => {
  const list = page.getByTestId('queue-recurring');
  await page.getByTestId('recurring-add').click();
  await page.getByTestId('recurring-title').fill('Update the dependencies');
  await page.getByTestId('recurring-repo').fill(repo);
  await page.getByTestId('recurring-timeZone').fill('Asia/Tokyo');
  await page.getByTestId('recurring-engine').click();
  await page.getByRole('option', { name: 'Command' }).click();
  await page.getByTestId('recurring-run').fill('true');
  await page.getByTestId('recurring-cron').fill('61 * * * *');
  await page.getByTestId('recurring-save').click();
  await expect(page.getByRole('dialog').getByTestId('call-error')).toContainText('cron');
  await takePicture(page, PICTURES, 'recurring-wrong');
  await page.getByTestId('recurring-cron').fill('30 6 * * 1-5');
  await page.getByTestId('recurring-save').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(list.getByRole('listitem')).toContainText('30 6 * * 1-5');

  await choose(list, 'Change');
  await page.getByTestId('recurring-title').fill('Update all dependencies');
  await page.getByTestId('recurring-save').click();
  await expect(list.getByRole('listitem')).toContainText('Update all dependencies');
  await picture('recurring');

  await choose(list, 'Run now');
  const made = list.getByRole('link', { name: /^task-\d+$/ });
  await expect(made).toBeVisible();
  const shown = list.getByRole('switch');
  await switchIn(list).click();
  await expect(shown).not.toBeChecked();
  await expect(list.getByRole('listitem')).toContainText('off');
  await choose(list, 'Remove');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(list).toContainText('No recurring tasks');
});

test('what is put right by hand says so, and decides who gets the task', async () => {
  const task = await create({ title: 'Write the guide', needs: ['gpu'] });
  kiln = await playAgent(dataDir, 'kiln');
  await open(`/tasks/${task.id}/why`);
  await expect(page.getByTestId('why-wait')).toContainText('gpu');
  await expect(page.getByTestId('why-now')).toContainText('kiln');
  await expect(page.getByTestId('why-now')).toContainText('lacks gpu');
  await picture('standing');

  await page.getByTestId('task-analysis-change').click();
  await page.getByTestId('analysis-needs').fill(PLAYED);
  await page.getByTestId('analysis-specialty').click();
  await page.getByRole('option', { name: 'Security' }).click();
  await takePicture(page, PICTURES, 'change-analysis');
  await page.getByTestId('analysis-save').click();
  const found = page.getByTestId('task-analysis');
  await expect(found.locator('.fact', { hasText: 'Security' }).first()).toContainText('by hand');
  await expect(found.locator('.fact', { hasText: PLAYED })).toContainText('by hand');
  expect((await kiln.assigned()).attemptId).toBe(`${task.id}.1`);
  await expect(page.getByTestId('why').locator('[data-chosen=true]')).toContainText('kiln');
  await picture('placed');
});

test('a task is made with the fields that are folded away', async () => {
  await open('/tasks');
  await page.getByTestId('new-task').click();
  await page.getByTestId('new-task-repo').fill(repo);
  await page.getByTestId('new-task-title').fill('Correct the payroll');
  await page.getByTestId('new-task-engine-command').click();
  await page.getByTestId('new-task-run').fill('true');
  await page.getByTestId('new-task-more').click();
  await page.getByTestId('new-task-security').click();
  await page.getByRole('option', { name: 'Confidential' }).click();
  await page.getByTestId('new-task-location').fill('London');
  await page.getByTestId('new-task-needs').fill('gpu');
  await page.getByTestId('new-task-concurrency').fill('path:src/pay');
  await takePicture(page, PICTURES, 'more-fields');
  await page.getByTestId('new-task-submit').click();
  await expect(page).toHaveURL(/\/tasks\/task-\d+/);
  const facts = page.locator('.facts');
  for (const words of ['Confidential', 'London', 'gpu', 'path:src/pay']) {
    await expect(facts).toContainText(words);
  }
});

test('a task leads to the steps of its workflow, and to the others of its batch', async () => {
  const yaml = [
    `name: Tidy the shop\nrepo: ${repo}\ndefaults: { engine: 'command:true' }\nsteps:`,
    '  - { id: survey, title: Find what is untidy, needs: [gpu] }',
    "  - { id: tidy, title: 'Tidy {{item}}', after: survey, forEach: { items: [totals, taxes] } }",
    '  - { id: report, title: Write down what was tidied, after: tidy }',
  ].join('\n');
  const { steps } = await call('workflows.start', { yaml });
  const [survey] = steps;
  if (!survey) throw new Error('the workflow has no steps');
  await open(`/tasks/${survey.taskId}`);
  const step = page.getByTestId('workflow-step');
  await expect(step).toHaveCount(4);
  await expect(step.last()).toContainText('Blocked');
  await picture('workflow');
  await step.last().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Write down what was tidied');
  await expect(page.locator('[data-testid=workflow-step][data-this=true]')).toContainText('report');

  const inBatch = await create({ title: 'Close the month', needs: ['gpu'], batch: 'month end' });
  await open(`/tasks/${inBatch.id}`);
  await page.locator('.facts').getByRole('link', { name: 'month end' }).click();
  await expect(page).toHaveURL(/batch=month/);
  await expect(page.getByTestId('task-row')).toHaveCount(1);
});

test('the queue speaks Japanese', async () => {
  const task = { repo, title: '依存を更新する', engine: RUN };
  await call('recurring.save', { cron: '30 6 * * 1-5', timeZone: 'Asia/Tokyo', task });
  await call('queue.pause', { scope: { priority: 'low' } });
  await create({ title: '棚を数える', priority: 'low' });
  await page.evaluate("localStorage.setItem('koubou.language', 'ja')");
  await page.reload();
  await open('/queue');
  await expect(page.getByTestId('queue-next')).toContainText('次に割り当てるタスク');
  await expect(page.getByTestId('queue-recurring')).toContainText('依存を更新する');
  await picture('full-ja');
  const step = page.getByTestId('workflow-step');
  await open('/tasks/task-7/why');
  await expect(step).toHaveCount(4);
  await picture('why-ja');
  // The time that was refused.
  expect(app.errors).toEqual([expect.stringContaining('400')]);
});

async function create(what: Partial<Parameters<typeof call<'tasks.create'>>[1]>) {
  return await call('tasks.create', { repo, title: 'A task', engine: RUN, ...what });
}

async function open(screen: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${screen}`)}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** The part of a switch that takes the mouse. */
function switchOf(testId: string): Locator {
  return page.locator('label', { has: page.getByTestId(testId) }).first();
}

function switchIn(list: Locator): Locator {
  return list.locator('label', { has: page.getByRole('switch') }).first();
}

async function choose(list: Locator, act: string): Promise<void> {
  await list.getByTestId('recurring-more').click();
  await page.getByRole('menuitem', { name: act }).click();
}

async function picture(name: string): Promise<void> {
  await takePictures(app, PICTURES, name);
}
