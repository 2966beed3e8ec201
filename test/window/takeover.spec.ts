/**
 * Taking a task over in a real window: a shell in the work tree of a real attempt, a second person at another client, and
 * handing back; and a shell on an agent. Pictures in test-results/takeover.
 */
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { openClient, type Client } from '../support/console-client.ts';
import { patientEngine, type PatientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { addressOf, apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';

const PICTURES = newPictures('takeover');
const STEP_MS = 45_000;

let dataDir = '';
let app: DesktopApp;
let page: Page;
let call: Workshop['call'];
let engine: PatientEngine;
let other: Client;

test.beforeAll(async () => {
  test.setTimeout(3 * STEP_MS);
  dataDir = newDataDir();
  engine = patientEngine(dataDir);
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  call = apiOf(dataDir);
  other = await openClient(addressOf(dataDir));
});

test.afterAll(async () => {
  other.close();
  engine.letGo();
  await app.quit();
  removeDataDir(dataDir);
});

test('a person takes a task over, types, lets another write, and hands it back', async () => {
  const files = { 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat by-hand.txt\n' };
  const repo = makeRepo(path.join(dataDir, 'notes'), files);
  const { id } = await call('tasks.create', { repo, title: 'Write it down', engine: engine.spec });
  await engine.working();
  await page.evaluate(`location.hash = '#/tasks/${id}/timeline'`);
  await page.getByTestId('take-over').click();
  await expect(page.getByTestId('take-over-engine')).toBeDisabled();
  await page.getByTestId('take-over-shell').click();
  await expect(page.getByTestId('taken-over')).toContainText('Taken over by you', {
    timeout: STEP_MS,
  });
  await expect(page.getByTestId('console')).toHaveAttribute('data-writes', 'true');
  const [taken] = (await call('consoles.list', {})).consoles;
  if (!taken) throw new Error('no console');
  other.watch(taken.id, true);
  await page.keyboard.type('echo typed-in-the-window > by-hand.txt; cat by-hand.txt\n');
  await other.shows('typed-in-the-window\r\n');
  expect(taken.cols).toBeGreaterThan(1);
  await takePictures(app, PICTURES, 'taken-over');

  other.takePen(taken.id);
  await expect(page.getByTestId('console-writer')).toContainText('A terminal writes');
  await expect(page.getByTestId('taken-over')).toContainText('Taken over from a terminal');
  await takePictures(app, PICTURES, 'watching');
  await page.getByTestId('take-pen').click();
  await expect(page.getByTestId('console')).toHaveAttribute('data-writes', 'true');

  await page.getByTestId('hand-back').click();
  await expect(page.getByTestId('taken-over')).toBeHidden();
  engine.letGo();
  await expect
    .poll(async () => (await call('tasks.get', { id })).state, { timeout: STEP_MS })
    .toBe('review');
  await expect(page.getByText('was handed back and goes on')).toBeVisible();
  await replayIt(id);
});

/** What was shown stays with the attempt, and is replayed as its own terminal is. */
async function replayIt(id: string): Promise<void> {
  await page.evaluate(`location.hash = '#/tasks/${id}/terminal'`);
  await page.getByTestId('terminal-choice').click();
  await page.getByRole('option', { name: /^Take-over of \d\d:\d\d by user$/ }).click();
  await expect(page.getByTestId('terminal-state')).toContainText('ended', { timeout: STEP_MS });
  await page.getByTestId('terminal-copy').click();
  const copied = async (): Promise<string> =>
    await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(copied).toContain('typed-in-the-window');
  await takePictures(app, PICTURES, 'replayed');
  await page.getByTestId('replay-play').click();
  await expect(page.getByTestId('replay-play')).toHaveAttribute('data-playing', 'true');
}

test('a shell on an agent opens in a dialog, and ends with it', async () => {
  await page.evaluate("location.hash = '#/agents'");
  await page.getByTestId('agent-more').first().click();
  await page.getByTestId('agent-shell-open').click();
  await expect(page.getByTestId('console')).toHaveAttribute('data-writes', 'true', {
    timeout: STEP_MS,
  });
  const [shell] = (await call('consoles.list', {})).consoles;
  if (!shell) throw new Error('no console');
  other.watch(shell.id, false);
  await page.keyboard.type('echo $((40 + 2))-here\n');
  await other.shows('42-here\r\n');
  await takePictures(app, PICTURES, 'agent-shell');
  await page.getByRole('button', { name: 'Close the shell' }).click();
  await expect.poll(async () => (await call('consoles.list', {})).consoles).toEqual([]);
  expect(app.errors).toEqual([]);
});
