/** Ending what an attempt started: also what hid in sessions of its own, daemons, storms, and what ignores SIGTERM. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { readEnvironment } from './config.ts';
import { engineEnvironment, projectEnvironment } from './environment.ts';
import { endTree } from './kill.ts';
import { newest } from './members.ts';
import type { ProcessInfo } from './processes.ts';
import { createCrowd, someLost } from './testing/crowd.ts';
import { createTracker } from './tracker.ts';

vi.setConfig({ testTimeout: 30_000 });

const mark = { attemptId: 'task-1.1', dir: `/tmp/koubou-kill-${process.pid}` };
const other = { attemptId: 'task-2.1', dir: mark.dir };
const clock = systemClock;

const mine = createCrowd(mark);
const others = createCrowd(other);
const { nap } = mine;
let tree = '';

beforeEach(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'koubou-kill-tree-'));
});

afterEach(async () => {
  await mine.end();
  await others.end();
  rmSync(tree, { recursive: true });
});

// Each with how many processes must be seen before it is ended.
test.each([
  ['children', 3, `${nap} & ${nap} &`],
  ['sessions of their own', 2, `setsid ${nap} &`],
  ['daemons that lost their parents', 2, `(setsid sh -c "nohup ${nap} >/dev/null 2>&1 &" &)`],
  [
    'daemons that stand at the root',
    2,
    `(cd / && setsid nohup ${nap} </dev/null >/dev/null 2>&1 &)`,
  ],
  ['what ignores SIGTERM', 3, `sh -c 'trap "" TERM HUP INT; while :; do ${nap}; done' &`],
  ['what ignores it elsewhere', 3, `setsid sh -c 'trap "" TERM HUP; while :; do ${nap}; done' &`],
  ['what cleared its environment', 2, `env -i PATH="$PATH" ${nap} &`],
  ['what cleared it and has a session', 3, `env -i PATH="$PATH" setsid sh -c '${nap}; :' &`],
  ['what is stopped', 2, `${nap} & kill -STOP $!`],
  ['200 processes', 201, `i=0; while [ $i -lt 200 ]; do ${nap} & i=$((i+1)); done`],
])('ends %s, and nothing else', async (_, count, script) => {
  const root = await mine.start(script);
  await others.start(`${others.nap} &`);
  await mine.until(({ length }) => length === count);
  const left = await endTree(mark, { clock, graceMs: 200, groups: [root] });
  expect(left).toEqual([]);
  expect(await mine.alive()).toEqual([]);
  expect(await others.alive()).toHaveLength(2);
});

test.each([
  ['one group', ''],
  ['a session each', 'setsid'],
])('ends a storm of forks in %s while it grows', async (_, how) => {
  const storm = path.join(tree, 'storm.sh');
  writeFileSync(
    storm,
    `[ "$1" -gt 0 ] && for i in 1 2; do ${how} sh "$0" $(($1 - 1)) "$2" & done\n${nap}\n`,
  );
  await mine.start(`sh ${storm} 6 "${nap}" &`);
  await mine.until(({ length }) => length > 10);
  expect(await endTree(mark, { clock, graceMs: 0 })).toEqual([]);
  expect(await mine.alive()).toEqual([]);
});

test('lets processes tidy up before they are killed, also those that are stopped', async () => {
  const tidy = path.join(tree, 'tidied');
  await mine.start(`sh -c 'trap "echo >${tidy}; exit" TERM; kill -STOP $$; ${nap}' &`);
  await mine.until((alive) => alive.some(({ stopped }) => stopped));
  await endTree(mark, { clock });
  expect(existsSync(tidy)).toBe(true);
});

test('a whole folder is ended without naming an attempt', async () => {
  await mine.start(`${nap} &`);
  await others.start(`${others.nap} &`);
  expect(await endTree({ dir: mark.dir }, { clock })).toEqual([]);
  expect([...(await mine.alive()), ...(await others.alive())]).toEqual([]);
});

test('ends the jobs of a terminal, running, stopped, and gone from it', async () => {
  const shell = spawn('bash', ['--norc', '-i'], {
    env: { ...engineEnvironment(readEnvironment(), mark), PS1: '$ ' },
  });
  const exited = Promise.withResolvers<void>();
  shell.onExit(() => exited.resolve());
  shell.write(`${nap} &\r`);
  // One that keeps nothing of it but the terminal that it writes to.
  shell.write(`(env -i PATH="$PATH" setsid sh -c '${nap} &' &)\r`);
  shell.write(`${nap}\r`);
  await mine.until(({ length }) => length === 3);
  shell.write('\u001A');
  await mine.until((alive) => alive.some(({ stopped }) => stopped));
  expect(await endTree(mark, { clock, graceMs: 200, groups: [shell.pid] })).toEqual([]);
  await exited.promise;
  expect(await mine.alive()).toEqual([]);
});

test('ends what left its parents and its environment, when it was once seen', async () => {
  const tracker = createTracker([], clock);
  const away = `setsid ${nap} </dev/null >/dev/null 2>&1`;
  const root = await mine.start(`env -i PATH="$PATH" setsid sh -c '${away} & exec ${nap}' &`);
  const alive = await mine.until(
    (all) => all.length === 3 && all.every(({ pid, session }) => pid === session),
  );
  tracker.add(root);
  await tracker.look();
  const between = alive.find(({ parent }) => parent === root);
  process.kill(between?.pid ?? 0, 'SIGKILL');
  await mine.until(({ length }) => length === 2);
  tracker.close();
  expect(await endTree(mark, { clock, graceMs: 200, tracker })).toEqual([]);
  expect(await mine.alive()).toEqual([]);
});

const LOST = `(env -i PATH="$PATH" setsid sh -c '${nap} </dev/null >/dev/null 2>&1 &' &)`;

test.each([
  ['stands in the task folder', (dir: string) => `cd ${dir}; ${LOST}`],
  ['has a file open there', (dir: string) => LOST.replace('>/dev/null', `>${dir}/log`)],
])('ends what left everything but %s', async (_, script) => {
  await mine.start(`${script(tree)}\ncd /`);
  await mine.until(someLost);
  expect(await endTree(mark, { clock, graceMs: 200, tree })).toEqual([]);
  expect(await mine.alive()).toEqual([]);
});

// Each with how it looks when it has settled.
test.each<[string, string, (alive: readonly ProcessInfo[]) => boolean]>([
  ['a child of a shell', `${others.nap} &`, ({ length }) => length === 2],
  ['an editor with a window', `(DISPLAY=:0 setsid sh -c '${others.nap} &' &)`, someLost],
  [
    'a terminal multiplexer',
    `(setsid script -qfc '${others.nap}' /dev/null </dev/null &)`,
    (alive) => alive.some(({ terminal }) => terminal !== ''),
  ],
])('leaves alone what a person runs in the task folder: %s', async (_, script, settled) => {
  await others.start(script, { cwd: tree, mark: null });
  await others.until(settled);
  await mine.start(`${nap} &`);
  await endTree(mark, { clock, graceMs: 200, tree });
  expect(await mine.alive()).toEqual([]);
  expect(settled(await others.alive())).toBe(true);
});

test('leaves alone what stood in the task folder before the attempt did', async () => {
  await others.start(LOST.replaceAll(nap, others.nap), { cwd: tree, mark: null });
  const before = newest(await others.until(someLost));
  let since = before;
  // Start times have steps of 10 ms.
  while (since === before) {
    await mine.start('');
    since = newest(await mine.alive());
  }
  await mine.end();
  await mine.start(`cd ${tree}; ${LOST}\ncd /`);
  await mine.until(someLost);
  await endTree(mark, { clock, graceMs: 200, tree, since });
  expect(await mine.alive()).toEqual([]);
  expect(await others.alive()).toHaveLength(2);
});

test('the environment of a project has no keys, that of an engine has', () => {
  const own = {
    PATH: '/bin',
    ANTHROPIC_API_KEY: 'k',
    GITHUB_TOKEN: 't',
    DB_PASSWORD: 'p',
    GIT_DIR: '/x',
    KOUBOU_ATTEMPT: 'task-9.9',
    NODE_OPTIONS: '--inspect',
  };
  expect(projectEnvironment(own, mark)).toEqual({
    PATH: '/bin',
    CI: 'true',
    KOUBOU_ATTEMPT: mark.attemptId,
    KOUBOU_DIR: mark.dir,
  });
  expect(engineEnvironment(own, mark)).toMatchObject({
    ANTHROPIC_API_KEY: 'k',
    KOUBOU_ATTEMPT: mark.attemptId,
  });
  expect(engineEnvironment(own, mark)).not.toHaveProperty('GIT_DIR');
});
