/**
 * What a change leaves out, and what it was before: unchanged lines that one opens, checkpoints at moments of the timeline, and the
 * emergency stop on it. A machine that the test plays pushes the work.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { AttemptSpec } from '../../src/shared/protocol/agent.ts';
import { commitAll, git } from '../support/history-repo.ts';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';
import { playAgent, PLAYED, type ScriptedAgent } from './scripted-agent.ts';

const STEP_MS = 45_000;
const NOTES = Array.from({ length: 90 }, (_, n) => `note ${n + 1}\n`);

let dataDir = '';
let app: DesktopApp;
let page: Page;
let call: Workshop['call'];
let kiln: ScriptedAgent;
let spec: AttemptSpec;

test.beforeEach(async () => {
  test.setTimeout(3 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  call = apiOf(dataDir);
  kiln = await playAgent(dataDir, 'kiln');
  const repo = makeRepo(path.join(dataDir, 'shop'), { 'notes.txt': NOTES.join('') });
  await call('tasks.create', {
    repo,
    title: 'Correct the notes',
    engine: { kind: 'command', run: 'true' },
    needs: [PLAYED],
  });
  spec = await kiln.assigned();
  await kiln.report(spec, { kind: 'started' });
  await kiln.report(spec, { kind: 'phase_started', phase: 'implement' });
});

test.afterEach(async () => {
  kiln.leave();
  await app.quit();
  removeDataDir(dataDir);
});

test('lines that a diff leaves out are opened, between parts and to the end', async () => {
  await save({ 30: 'corrected', 70: 'corrected, too' });
  await open('changes');
  const lines = page.locator('.diff-rows .line');
  await expect(lines).toHaveCount(16);
  await expect(page.locator('.hunk-gap')).toHaveText([/26 unchanged lines/, /33 unchanged/, /./]);
  await takePictures(app, newPictures('changes'), 'left-out');

  await press('Show 20 more lines after line 33');
  await expect(line('note 53')).toBeVisible();
  await expect(page.locator('.hunk-gap').nth(1)).toHaveText(/13 unchanged lines/);
  await press('Show these 13 lines');
  await expect(line('note 60')).toHaveCount(1);
  await expect(page.locator('.hunk')).toHaveCount(2);
  await expect(page.locator('.diff-rows')).toBeFocused();
  await press('Show 20 more lines before line 27');
  await expect(line('note 7')).toHaveCount(1);
  await expect(line('note 6')).toHaveCount(0);
  await expect(page.locator('.hunk-gap').first()).toHaveText(/6 unchanged lines/);

  await page.getByTestId('diff-layout').getByText('Side by side').click();
  await page.locator('.diff-rows').press('End');
  await press('Show what follows to the end of the file, at most 1,000 lines');
  await expect(line('note 90')).toHaveCount(2);
  await expect(page.getByTestId('open-lines').filter({ hasText: 'to the end' })).toHaveCount(0);
  expect(app.errors).toEqual([]);
});

test('a moment of the timeline shows the work as it was saved then, and when all was stopped', async () => {
  await save({ 30: 'first' });
  await save({ 30: 'second' });
  await open('changes');
  await expect(line('second')).toBeVisible();

  await page.getByTestId('tab-timeline').click();
  const saved = page.locator('[data-testid=event][data-type="attempt.checkpointed"]');
  await expect(saved).toHaveCount(2);
  await saved.last().click();
  await page.getByTestId('tab-changes').click();
  await expect(line('first')).toBeVisible();
  await expect(page.getByTestId('diff-standing')).toContainText('as saved at');
  await page.getByTestId('open-lines').first().click();
  await expect(line('note 7')).toHaveCount(1);
  await takePictures(app, newPictures('changes-then'), 'checkpoint');
  await page.getByTestId('diff-newest').click();
  await expect(line('second')).toBeVisible();
  await expect(page.getByTestId('diff-standing')).toBeHidden();

  await page.getByTestId('tab-timeline').click();
  await page.locator('[data-testid=event][data-type="task.created"]').click();
  await page.getByTestId('tab-changes').click();
  await expect(page.getByText('Nothing of the work was saved until then.')).toBeVisible();
  await page.getByTestId('diff-newest').click();

  await call('emergency.stop', { reason: 'The fan is loud' });
  await page.getByTestId('tab-timeline').click();
  const stops = page.getByTestId('waits').locator('[data-testid=pause][data-state=stopped]');
  await expect(stops).toHaveAccessibleName(/emergency stop by user: The fan is loud/);
  await expect(page.locator('[data-testid=event][data-type="workshop.stopped"]')).toHaveCount(1);
  await call('emergency.resume', {});
  await expect(page.locator('[data-testid=event][data-type="workshop.restarted"]')).toHaveCount(1);
  await takePictures(app, newPictures('changes-stop'), 'stopped');
  expect(app.errors).toEqual([]);
});

/** A checkpoint with other words in some lines, on the work branch of the attempt, as an agent pushes it. */
async function save(changed: Readonly<Record<number, string>>): Promise<void> {
  const work = path.join(dataDir, 'work');
  const [mirror = ''] = readdirSync(path.join(dataDir, 'repos')).filter((name) =>
    name.endsWith('.git'),
  );
  const from = path.join(dataDir, 'repos', mirror);
  git(dataDir, 'clone', '-q', from, work);
  const lines = NOTES.map((note, n) =>
    changed[n + 1] === undefined ? note : `${changed[n + 1]}\n`,
  );
  writeFileSync(path.join(work, 'notes.txt'), lines.join(''));
  commitAll(work, 'Work in progress');
  git(work, 'push', '-q', from, `+HEAD:refs/heads/koubou/work/${spec.attemptId}`);
  await kiln.report(spec, { kind: 'checkpointed', commit: git(work, 'rev-parse', 'HEAD').trim() });
  removeDataDir(work);
}

function line(text: string): Locator {
  return page.locator('.line-text').filter({ hasText: new RegExp(`^${text}$`) });
}

async function press(label: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
}

async function open(tab: string): Promise<void> {
  await page.evaluate(`location.hash = '#/tasks/task-1/${tab}'`);
  await expect(page.getByTestId(`tab-${tab}`)).toHaveAttribute('aria-current', 'page', {
    timeout: STEP_MS,
  });
}
