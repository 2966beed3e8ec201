/** The next version comes to the installed app while a task runs, which goes on and is done once; then the app goes back. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { z } from 'zod';
import { patientEngine, readPatient, type PatientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { apiOf } from '../window/app.ts';
import { give, outputIn, startInstalled, type Home, type InstalledApp } from './installed-app.ts';
import { installedVersion, type BuiltPackage } from './machine.ts';
import { givePermission, type Permission } from './permission.ts';
import { publish } from './publisher.ts';

/** A slow machine gets time. */
const STEP_MS = 60_000;
const PATIENT = { timeout: 3 * STEP_MS };

const View = z.object({
  version: z.string(),
  phase: z.looseObject({ at: z.string() }),
  back: z.object({ version: z.string() }).nullable(),
});

export interface Way {
  readonly home: Home;
  readonly now: BuiltPackage;
  readonly next: BuiltPackage;
  /** A step of the test. */
  readonly step: (title: string, work: () => Promise<void>) => Promise<void>;
  /** What the app is seen to do of its own before it is updated. */
  readonly first: (page: Page) => Promise<void>;
}

export async function updateWay(way: Way): Promise<void> {
  const publisher = await publish(way.now, way.next);
  try {
    writeSettings(way.home, { updateServer: publisher.url, onClose: 'quit' });
    const permission = givePermission(way.home);
    try {
      await thereAndBack(way, permission);
    } finally {
      await permission.close();
    }
  } finally {
    await publisher.close();
  }
}

async function thereAndBack(way: Way, permission: Permission): Promise<void> {
  const { home, now, next, step, first } = way;
  // The same one after the update, as the usual port would be: what runs meanwhile comes back to it.
  const port = String(await freePort());
  const app = startInstalled(home, '--port', port);
  const page = await app.page();
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  await first(page);
  const engine = engineOf(home);
  const id = await beginTask(home, engine);
  const pid = await engine.working();
  await step('a link from elsewhere', async () => {
    await outputIn(home, 'xdg-open', `koubou://task/${id}`);
    await expect(page).toHaveURL(new RegExp(`#/tasks/${id}`));
  });
  await step('updated while a task runs', async () => {
    await update(page, next);
    await isRunning(await app.page(1), home, next);
    // The engine's own process: nobody started it again.
    process.kill(pid, 0);
    expect(permission.given).toHaveLength(1);
  });
  await step('the task is done, once', async () => await finish(home, id, engine, pid));
  await app.quit();
  await step('rolled back', async () => await rollBack({ home, now, id }));
  expect(permission.given).toHaveLength(2);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}

/** As `koubou-desktop` finds them at its start. */
function writeSettings(home: Home, settings: object): void {
  const folders = ['.local', '.local/share', '.local/share/koubou', '.local/share/koubou/app'];
  for (const folder of folders.map((name) => path.join(home.dir, name))) {
    mkdirSync(folder, { recursive: true });
    give(home, folder);
  }
  const file = path.join(dataOf(home), 'app/settings.json');
  writeFileSync(file, JSON.stringify(settings));
  give(home, file);
}

function dataOf(home: Home): string {
  return path.join(home.dir, '.local/share/koubou');
}

function engineOf(home: Home): PatientEngine {
  const dir = path.join(home.dir, 'engine');
  mkdirSync(dir);
  give(home, dir);
  return patientEngine(dir);
}

async function beginTask(home: Home, engine: PatientEngine): Promise<string> {
  const repo = makeRepo(path.join(home.dir, 'repo'), { 'README.md': '# Small\n' });
  const { user } = home.machine;
  if (user) execFileSync('chown', ['--recursive', `${user.uid}:${user.gid}`, repo]);
  const call: Workshop['call'] = apiOf(dataOf(home));
  const { id } = await call('tasks.create', { repo, title: 'Go on', engine: engine.spec });
  // A machine that has too much to do gives nothing out until it has less.
  const state = expect.poll(async () => (await call('tasks.get', { id })).state, PATIENT);
  await state.toBe('in_progress');
  return id;
}

async function viewOf(page: Page): Promise<z.infer<typeof View>> {
  return View.parse(await page.evaluate("koubou.update({ do: 'look' })"));
}

/** The next version is found and fetched by itself, and installed when somebody says so. */
async function update(page: Page, { version }: BuiltPackage): Promise<void> {
  await expect
    .poll(async () => (await viewOf(page)).phase, { timeout: STEP_MS })
    .toMatchObject({ at: 'ready', version });
  await page.getByTestId('update-banner').getByTestId('update-now').click();
}

async function isRunning(page: Page, home: Home, { version }: BuiltPackage): Promise<void> {
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  expect((await viewOf(page)).version).toBe(version);
  expect(installedVersion()).toBe(version);
  expect(await outputIn(home, 'koubou', 'version')).toContain(version);
}

async function finish(home: Home, id: string, engine: PatientEngine, pid: number): Promise<void> {
  const call = apiOf(dataOf(home));
  const stateOf = async (): Promise<string> => (await call('tasks.get', { id })).state;
  engine.letGo();
  await expect.poll(stateOf, { timeout: STEP_MS }).toBe('review');
  const task = await call('tasks.get', { id });
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  const printed = readPatient(await call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
  await call('tasks.approve', { id });
  await expect.poll(stateOf, { timeout: STEP_MS }).toBe('completed');
}

interface Back extends Pick<Way, 'home' | 'now'> {
  /** Of the task that was done by the version that is left. */
  readonly id: string;
}

/** By the command for those whose new version does not come up; it starts the older one when that is installed. */
async function rollBack({ home, now, id }: Back): Promise<void> {
  const app: InstalledApp = startInstalled(home, '--roll-back', '--yes', '--port', '0');
  await isRunning(await app.page(1), home, now);
  expect((await apiOf(dataOf(home))('tasks.get', { id })).state).toBe('completed');
  await app.quit();
}
