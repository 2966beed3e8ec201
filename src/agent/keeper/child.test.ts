/** An agent as a child process, with small scripts for executables: what it says, how it leaves, and how one that hangs is ended. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { buildPlace, homeAt, type Home } from '../host/home.ts';
import { isAlive, listProcesses } from '../processes.ts';
import { startChild } from './child.ts';
import type { AgentChild } from './keeper.ts';

let home: Home;
let printed: string;
beforeEach(() => {
  home = homeAt(mkdtempSync(path.join(tmpdir(), 'koubou-child-')));
  printed = '';
});
afterEach(() => {
  rmSync(home.dir, { recursive: true, force: true });
});

/** @param script of Node; it finds the agent's side in `process` */
function start(script: string): AgentChild {
  const { dir, executable } = buildPlace(home, 'b1');
  mkdirSync(dir, { recursive: true });
  writeFileSync(executable, `#!${process.execPath}\n${script}`, { mode: 0o755 });
  const environment = {
    PATH: '/usr/bin:/bin',
    HOME: home.dir,
    KOUBOU_TOKEN: 'secret',
    NODE_CHANNEL_FD: '99',
  };
  return startChild('b1', {
    home,
    environment,
    clock: systemClock,
    write: (chunk) => (printed += String(chunk)),
  });
}

const Said = z.object({
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
});

const LEAVES = `process.on('message', ({ type }) => type === 'leave' && process.exit(0));`;

test('it runs with the configuration of its home, tells that it is welcomed, and leaves when it is asked', async () => {
  mkdirSync(path.join(home.dir, '.local/bin'), { recursive: true });
  const child = start(`${LEAVES}
    console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), env: process.env }));
    process.send({ type: 'welcomed' });`);
  await child.welcomed;
  await child.leave(30_000);
  expect(await child.exited).toBe('exit code 0');
  const { args, cwd, env } = Said.parse(JSON.parse(printed));
  expect(args).toEqual(['agent', 'run', '--config', home.config]);
  expect(cwd).toBe(home.dir);
  expect(env).toMatchObject({ KOUBOU_KEPT: '1', KOUBOU_NATIVE: home.native });
  expect(env).not.toHaveProperty('KOUBOU_TOKEN');
  // What people install for themselves is found.
  expect(env['PATH']?.split(':')).toContain(path.join(home.dir, '.local/bin'));
});

test('one that hangs is ended with what it started, but not with what has a session of its own', async () => {
  const file = path.join(home.dir, 'pids');
  const child = start(`
    const { spawn } = require('node:child_process');
    const helper = spawn('sleep', ['600']);
    const attempt = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify([process.pid, helper.pid, attempt.pid]));
    process.on('SIGTERM', () => {});
    process.send({ type: 'welcomed' });`);
  await child.welcomed;
  const pids = JSON.parse(readFileSync(file, 'utf8')) as number[];
  const all = await listProcesses(false);
  const [agent, helper, attempt] = pids.map((pid) => all.find((one) => one.pid === pid));
  if (!agent || !helper || !attempt) throw new Error('they did not start');
  await child.leave(10);
  expect(await child.exited).toBe('SIGKILL');
  expect(isAlive(attempt)).toBe(true);
  process.kill(attempt.pid, 'SIGKILL');
  for (const one of [agent, helper])
    while (isAlive(one)) await new Promise((resolve) => setImmediate(resolve));
});

test('one that crashes at its start says so', async () => {
  expect(await start('process.exit(3)').exited).toBe('exit code 3');
});

test('one that is not there says so', async () => {
  const parts = { home, environment: {}, clock: systemClock, write: () => {} };
  expect(await startChild('b2', parts).exited).toMatch(/ENOENT/);
});
