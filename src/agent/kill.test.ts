/** Ending what an attempt started: also what hid in sessions of its own, daemons, and what ignores SIGTERM. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { pause, systemClock } from './clock.ts';
import { readEnvironment } from './config.ts';
import { engineEnvironment, projectEnvironment } from './environment.ts';
import { endTree } from './kill.ts';
import { listProcesses } from './processes.ts';

vi.setConfig({ testTimeout: 30_000 });

const mark = { attemptId: 'task-1.1', dir: `/tmp/koubou-kill-${process.pid}` };
const other = { attemptId: 'task-2.1', dir: mark.dir };

afterEach(async () => {
  await endTree({ dir: mark.dir }, { clock: systemClock, graceMs: 0 });
});

/** Starts a shell of an attempt; resolves when it printed "ready". */
async function start(script: string, of = mark): Promise<ChildProcess> {
  const env = engineEnvironment(readEnvironment(), of);
  const child = spawn('sh', ['-c', `${script}\necho ready\nwait`], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(child.stdout, 'data');
  return child;
}

async function alive(of = mark): Promise<number> {
  const all = await listProcesses();
  return all.filter(
    ({ environment }) =>
      environment.includes(`KOUBOU_ATTEMPT=${of.attemptId}\0`) &&
      environment.includes(`KOUBOU_DIR=${of.dir}\0`),
  ).length;
}

test.each([
  ['children', 'sleep 1000 & sleep 1000 &'],
  ['sessions of their own', 'setsid sleep 1000 &'],
  [
    'daemons that lost their parents',
    '(setsid sh -c "nohup sleep 1000 >/dev/null 2>&1 &" >/dev/null 2>&1 &); sleep 1000 &',
  ],
  ['what ignores SIGTERM', 'sh -c \'trap "" TERM; while :; do sleep 1; done\' &'],
  [
    'what ignores SIGTERM in a session of its own',
    'setsid sh -c \'trap "" TERM HUP; while :; do sleep 1; done\' &',
  ],
])('ends %s, and nothing else', async (_, script) => {
  await start(script);
  await start('sleep 1000 &', other);
  expect(await alive()).toBeGreaterThan(0);
  // A daemon needs a moment to get away from its parents.
  while ((await alive()) < 3 && script.includes('nohup')) await pause(systemClock, 10);
  expect(await endTree(mark, { clock: systemClock, graceMs: 200 })).toEqual([]);
  expect(await alive()).toBe(0);
  expect(await alive(other)).toBe(2);
});

test('ends descendants that shed the mark', async () => {
  const child = await start('env -i sleep 4711 &');
  await endTree(mark, { clock: systemClock, groups: [child.pid ?? 0] });
  const all = await listProcesses();
  expect(all.filter(({ parent, group }) => parent === child.pid || group === child.pid)).toEqual(
    [],
  );
});

test('lets processes tidy up before they are killed', async () => {
  const child = await start('trap "echo tidied; exit 0" TERM; sleep 1000 &');
  const said = once(child.stdout ?? child, 'data');
  await endTree(mark, { clock: systemClock });
  expect(String((await said)[0])).toContain('tidied');
});

test('a whole folder is ended without naming an attempt', async () => {
  await start('sleep 1000 &');
  await start('sleep 1000 &', other);
  expect(await endTree({ dir: mark.dir }, { clock: systemClock })).toEqual([]);
  expect((await alive()) + (await alive(other))).toBe(0);
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
