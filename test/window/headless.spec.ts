/**
 * The headless coordinator: the single executable alone, in an empty folder of a PC that has no Node. A browser on another PC shows
 * its workshop, an agent on a third works for it, and a power cut of the program takes nothing away. Needs root on Linux and
 * `npm run build:koubou`.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { z } from 'zod';
import { whyNoHosts } from '../support/hosts/base.ts';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import { ROOT } from '../support/workshop.ts';
import { newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';

const EXECUTABLE = path.join(ROOT, 'dist/executables/linux-x64/koubou');
const STEP_MS = 60_000;
const DOOR = 8443;

test.skip(whyNoHosts() !== null, whyNoHosts() ?? '');
test.skip(!existsSync(EXECUTABLE), 'there is no executable: run  npm run build:koubou');

let dir = '';
let hosts: Hosts | undefined;
let server: Host;
let worker: Host;
let app: DesktopApp | undefined;

test.beforeEach(async () => {
  test.setTimeout(6 * STEP_MS);
  dir = mkdtempSync('/var/tmp/koubou-headless-');
  hosts = await openHosts({ workDir: dir });
  const plain = { init: 'none', signIn: { keys: [] } } as const;
  [server, worker] = await Promise.all([
    hosts.add({ name: 'server', ...plain }),
    hosts.add({ name: 'worker', ...plain }),
  ]);
  for (const host of [server, worker]) {
    await at(host, '! command -v node');
    copyFileSync(EXECUTABLE, path.join(host.root, host.home, 'empty/koubou'));
  }
});

test.afterEach(async () => {
  await app?.quit();
  if (app) removeDataDir(app.dataDir);
  app = undefined;
  await hosts?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('one file serves a workshop to a browser and to an agent, and loses nothing when it is killed', async () => {
  expect(statSync(path.join(server.root, server.home, 'empty/koubou')).mode & 0o111).not.toBe(0);
  await startServe();
  const link = await printedLink();
  expect(new URL(link).host).toBe(`${server.address}:${DOOR}`);
  const invited = await at(server, './koubou agents invite --name Kiln --json');
  const { command } = z.looseObject({ command: z.string() }).parse(JSON.parse(invited));
  await at(worker, `./${command} --home ~/kiln`);
  await begin(worker, 'agent run --config ~/kiln/config.json');

  const page = await openBrowser(link);
  await expect(page.getByTestId('who')).toBeVisible({ timeout: STEP_MS });
  await page.getByRole('link', { name: 'Tasks' }).click();
  await at(server, REPO);
  const first = await addTask('Glaze');
  await expect(page.getByTestId('task-row').filter({ hasText: 'Glaze' })).toBeVisible();
  await untilState(first, 'review');
  await at(server, `./koubou tasks approve ${first}`);
  await untilState(first, 'completed');
  expect(await at(server, 'git -C ~/repo show main:notes.txt')).toContain('changed');

  const before = await taskOf(first);
  await at(server, 'kill -9 $(cat pid)');
  await expect(page.getByTestId('connection-banner')).toBeVisible({ timeout: STEP_MS });
  await startServe();
  expect(await taskOf(first)).toEqual(before);
  await untilState(await addTask('Fire'), 'review');
  await expect(page.getByTestId('task-row').filter({ hasText: 'Fire' })).toBeVisible({
    timeout: STEP_MS,
  });
  expect(await at(server, './koubou audit verify')).toContain('sound');
  expect(app?.errors.filter((line) => !line.includes('WebSocket'))).toEqual([]);
});

const REPO = `mkdir ~/repo && cd ~/repo && git init -q -b main && echo first > notes.txt && git add . &&
  git -c user.name=Kiln -c user.email=kiln@example.com commit -qm Begin`;

/** Runs a shell command of the user, in the folder with the executable. */
async function at(host: Host, command: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(`mkdir -p ~/empty && cd ~/empty && ${command}`, {
    as: host.user,
  });
  if (code !== 0) throw new Error(`${command}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** Starts the executable so that it goes on when the shell that started it is gone; it writes to `out`, its number is in `pid`. */
async function begin(host: Host, words: string): Promise<void> {
  await at(host, `{ setsid ./koubou ${words} >out 2>&1 </dev/null & echo $! >pid; }`);
}

async function startServe(): Promise<void> {
  await begin(server, `serve --agents 0 --lan ${DOOR} --qr`);
  await expect
    .poll(() => at(server, './koubou health --ready >/dev/null 2>&1; echo $?'), {
      timeout: STEP_MS,
    })
    .toBe('0\n');
}

/** As it stands in what the program printed. */
async function printedLink(): Promise<string> {
  const out = path.join(server.root, server.home, 'empty/out');
  const found = (): string => /https:\S+#\S+/.exec(readFileSync(out, 'utf8'))?.[0] ?? '';
  await expect.poll(found, { timeout: STEP_MS }).not.toBe('');
  return found();
}

/** Chromium on another PC: a window without our preload, whose way to the server's address is that of the hosts' network. */
async function openBrowser(link: string): Promise<Page> {
  if (!hosts) throw new Error('there are no hosts');
  const door = await hosts.door(server.address, DOOR);
  const way = `--host-resolver-rules=MAP ${server.address}:${DOOR} 127.0.0.1:${door}`;
  app = await openApp(newDataDir(), way, '--ignore-certificate-errors');
  const opened = app.electron.waitForEvent('window');
  await app.electron.evaluate(
    ({ BrowserWindow }, address) => void new BrowserWindow({ width: 1280 }).loadURL(address),
    link,
  );
  return await opened;
}

async function addTask(title: string): Promise<string> {
  const engine = "--engine 'command:echo changed >> notes.txt'";
  const made = await at(
    server,
    `./koubou tasks add --repo ~/repo --title ${title} ${engine} --json`,
  );
  return z.looseObject({ id: z.string() }).parse(JSON.parse(made)).id;
}

async function taskOf(id: string): Promise<{ state: string }> {
  const shown: unknown = JSON.parse(await at(server, `./koubou tasks show ${id} --json`));
  return z.looseObject({ task: z.looseObject({ state: z.string() }) }).parse(shown).task;
}

async function untilState(id: string, state: string): Promise<void> {
  await expect.poll(async () => (await taskOf(id)).state, { timeout: STEP_MS }).toBe(state);
}
