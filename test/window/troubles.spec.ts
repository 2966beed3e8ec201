/**
 * Each trouble brought about in a real window, on a real coordinator, by machines that the test plays; with
 * KOUBOU_PICTURES=1 a picture of each is in test-results/troubles.
 */
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Task } from '../../src/shared/domain/task.ts';
import type { AttemptSpec } from '../../src/shared/protocol/agent.ts';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePicture } from './pictures.ts';
import { playAgent, PLAYED, type ScriptedAgent } from './scripted-agent.ts';

const STEP_MS = 45_000;

let pictures = '';
let dataDir = '';
let app: DesktopApp;
let page: Page;
let call: Workshop['call'];
const played: ScriptedAgent[] = [];

test.beforeAll(() => {
  pictures = newPictures('troubles');
});

test.beforeEach(async () => {
  test.setTimeout(4 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  call = apiOf(dataDir);
});

test.afterEach(async () => {
  for (const agent of played.splice(0)) agent.leave();
  await app.quit();
  removeDataDir(dataDir);
});

test('a task whose agent goes away is given to another, and goes on from what was kept', async () => {
  const kiln = await play('kiln');
  const task = await createTask('Round the total once');
  const first = await kiln.assigned();
  await work(kiln, first);
  await open(task);
  await page.getByTestId('tab-timeline').click();

  await kiln.report(first, { kind: 'paused' });
  await expect(page.getByTestId('notice-paused')).toContainText('kiln cannot hear');
  await picture('paused');
  await kiln.report(first, { kind: 'resumed' });
  await expect(page.getByTestId('notice-paused')).toBeHidden();

  kiln.leave();
  await expect(page.getByTestId('notice-reconnecting')).toContainText(/in \d+ s/);
  await picture('reconnecting');
  await page.getByRole('link', { name: 'Tasks', exact: true }).first().click();
  await expect(page.locator('[data-testid=trouble][data-trouble=reconnecting]')).toBeVisible();
  await picture('reconnecting-board');
  await page.getByRole('link', { name: 'Agents' }).click();
  await expect(tileOf('kiln').getByTestId('agent-state')).toHaveAttribute(
    'data-state',
    'reconnecting',
  );
  await picture('reconnecting-agents');

  const forge = await play('forge');
  const second = await forge.assigned();
  expect(second.attemptId).toBe(`${task.id}.2`);
  await forge.report(second, { kind: 'started' });
  await forge.report(second, { kind: 'phase_started', phase: 'prepare' });
  await open(task);
  await page.getByTestId('tab-timeline').click();
  await expect(page.getByTestId('notice-resuming')).toContainText(`${task.id}.1 had done on kiln`);
  await expect(page.getByTestId('handover')).toContainText('kiln → forge');
  await expect(page.getByTestId('handover-line')).toHaveCount(1);
  await expect(page.getByTestId('kept')).toContainText(`koubou/work/${task.id}.1`);
  await picture('resuming');

  const back = await play('kiln', [
    { attemptId: first.attemptId, fence: first.fence, reportSeq: 99 },
  ]);
  await back.report(first, {
    kind: 'phase_ended',
    phase: 'implement',
    outcome: 'passed',
    detail: null,
  });
  await expect(page.getByTestId('fenced')).toContainText('nothing of it counted');
  back.send({
    type: 'work_kept',
    attemptId: first.attemptId,
    fence: first.fence,
    commit: first.repo.baseCommit,
  });
  await page.getByTestId('attempt').last().getByRole('button', { expanded: false }).click();
  await expect(page.locator('[data-testid=mark][data-kind=kept]')).toBeVisible();
  await expect(page.locator('[data-testid=mark][data-kind=fenced]')).toBeVisible();
  await expect(page.locator('[data-testid=pause]')).toHaveCount(1);
  await picture('fenced');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('fenced-dark');
  await say('ja');
  await picture('fenced-ja');
});

test('an agent that is connected and silent is reconnecting too', async () => {
  const kiln = await play('kiln');
  const task = await createTask('Sort the list');
  await work(kiln, await kiln.assigned());
  await open(task);
  kiln.fallSilent();
  await expect(page.getByTestId('notice-reconnecting')).toBeVisible({ timeout: STEP_MS });
});

test('a task that has its processes killed twice is parked with the evidence', async () => {
  const kiln = await play('kiln');
  const task = await createTask('Load all of it into memory');
  await die(kiln, await kiln.assigned());
  await die(kiln, await kiln.assigned());
  await open(task);
  await expect(page.getByTestId('notice-parked').getByRole('listitem')).toHaveText([
    /task-1\.1 on kiln in "implement"/,
    /task-1\.2 on kiln in "implement"/,
  ]);
  await expect(page.getByTestId('retry')).toBeVisible();
  await picture('parked');
  await page.emulateMedia({ colorScheme: 'dark' });
  await say('ja');
  await picture('parked-ja-dark');
});

test('a task waits for the server of its repository', async () => {
  const kiln = await play('kiln');
  const task = await createTask('Fetch the new prices');
  const spec = await kiln.assigned();
  await kiln.report(spec, { kind: 'started' });
  await kiln.report(spec, {
    kind: 'failed',
    code: 'repo_unreachable',
    message: 'fatal: unable to access: Could not resolve host: git.example',
    tests: null,
  });
  await open(task);
  await expect(page.getByTestId('notice-waiting')).toContainText(/Tried again in \d+ s/);
  await picture('waiting');
});

test('the troubles of machines are told, and keep work away', async () => {
  const kiln = await play('kiln');
  await play('forge');
  const since = Date.now() - 150_000;
  kiln.conditions([
    { kind: 'disk_full', since, message: '/var/lib/koubou has 12 MB left of 80 GB.' },
    { kind: 'name_resolution', since, message: 'Could not resolve host: git.example.' },
  ]);
  await page.getByRole('link', { name: 'Agents' }).click();
  await expect(tileOf('kiln').getByTestId('agent-condition')).toHaveCount(2);
  await expect(tileOf('kiln')).toContainText('takes no work while its disk is full');
  await picture('agent-conditions');
  kiln.conditions([]);
  await expect(tileOf('kiln').getByTestId('agent-condition')).toHaveCount(0);
});

test('the coordinator says what keeps it from taking work, and what was typed stays', async () => {
  // What the window does with the message is shown here; that a full disk sends it, the fault tests hold.
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    const conditions = [
      {
        kind: 'name_resolution',
        since: Date.now() - 600_000,
        message: 'Could not resolve host: git.example',
      },
      { kind: 'disk_full', since: Date.now() - 60_000, message: 'ENOSPC: no space left on device' },
    ];
    const ours = JSON.stringify({ type: 'conditions', conditions });
    server.onMessage((message) => {
      socket.send(message);
      // The coordinator, which is well, says so.
      if (typeof message === 'string' && message.includes('conditions')) socket.send(ours);
    });
    socket.send(ours);
  });
  await page.route('**/api/**/tasks', async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    const error = { code: 'storage_full', message: 'the disk of the data folder is full' };
    return await route.fulfill({ status: 507, json: { error } });
  });
  await page.reload();
  await expect(page.getByTestId('condition').first()).toHaveAttribute('data-kind', 'disk_full');
  await page.getByTestId('new-task-repo').fill('/srv/shop');
  await page.getByTestId('new-task-title').fill('Repair the total');
  await page.getByTestId('new-task-engine-command').check();
  await page.getByTestId('new-task-run').fill('true');
  await page.getByTestId('new-task-submit').click();
  await expect(page.getByTestId('call-error')).toHaveAttribute('data-code', 'storage_full');
  await picture('disk-full');
  await page.getByRole('link', { name: 'Tasks', exact: true }).first().click();
  await page.getByTestId('new-task').click();
  await expect(page.getByRole('dialog').getByTestId('new-task-title')).toHaveValue(
    'Repair the total',
  );
});

test('a backup is made from the menu, and shown with the command that brings it back', async () => {
  await page.getByTestId('menu').click();
  await page.getByTestId('backups').click();
  await page.getByTestId('backup-now').click();
  const made = page.getByTestId('backup').first();
  await expect(made).toBeVisible({ timeout: STEP_MS });
  const name = await made.getAttribute('data-name');
  await expect(page.getByTestId('backup-restore')).toContainText(`koubou backup restore ${name}`);
  await picture('backups');
});

async function play(...[name, holding]: [string, Parameters<typeof playAgent>[2]?]) {
  const agent = await playAgent(dataDir, name, holding);
  played.push(agent);
  return agent;
}

async function createTask(title: string): Promise<Task> {
  const repo = makeRepo(path.join(dataDir, 'shop'), { 'README.md': '# Shop\n' });
  return await call('tasks.create', {
    repo,
    title,
    body: 'The total is rounded per line. Round it once, at the end.',
    engine: { kind: 'command', run: 'true' },
    needs: [PLAYED],
  });
}

/** As far as the middle, with a checkpoint. */
async function work(agent: ScriptedAgent, spec: AttemptSpec): Promise<void> {
  await agent.report(spec, { kind: 'started' });
  for (const phase of ['prepare', 'analyse'] as const) {
    await agent.report(spec, { kind: 'phase_started', phase });
    await agent.report(spec, { kind: 'phase_ended', phase, outcome: 'passed', detail: null });
  }
  await agent.report(spec, { kind: 'phase_started', phase: 'implement' });
  await agent.report(spec, { kind: 'checkpointed', commit: spec.repo.baseCommit });
}

async function die(agent: ScriptedAgent, spec: AttemptSpec): Promise<void> {
  await agent.report(spec, { kind: 'started' });
  await agent.report(spec, { kind: 'phase_started', phase: 'implement' });
  await agent.report(spec, {
    kind: 'failed',
    code: 'supervisor_died',
    message: 'killed by SIGKILL after 41 s; the kernel says: out of memory (14.9 GB used by node)',
    tests: null,
  });
}

async function open({ id }: Task): Promise<void> {
  // What a click on a notice of the system does.
  await app.electron.evaluate(({ BrowserWindow }, to) => {
    BrowserWindow.getAllWindows()[0]?.webContents.send('koubou:open', to);
  }, `/tasks/${id}`);
  await expect(page.getByTestId('task-state').first()).toBeVisible();
}

async function say(language: 'en' | 'ja'): Promise<void> {
  await page.getByTestId('menu').click();
  await page.getByTestId(`language-${language}`).click();
}

function tileOf(agent: string) {
  return page.locator(`[data-testid=agent-tile][data-agent=${agent}]`);
}

async function picture(name: string): Promise<void> {
  // A menu that closes is no part of the picture.
  await expect(page.getByRole('menu')).toHaveCount(0);
  await takePicture(page, pictures, name);
}
