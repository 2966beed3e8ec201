/** `koubou serve` as a process: the demo, starts that cannot be, ends in order, and ends that are not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { NODE, processesOf, PROGRAM, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-serve-'));
});

afterEach(async () => {
  await workshop?.close();
  workshop = undefined;
  rmSync(scratch, { recursive: true, force: true });
});

async function koubou(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(NODE, [PROGRAM, ...args], { stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

test('the demo goes its whole way by itself, says every step, and leaves nothing running', async () => {
  const data = path.join(scratch, 'demo');
  const { code, out } = await koubou('serve', '--demo', '--exit', '--data', data, '--port', '0');
  const states = [...out.matchAll(/^\d\d:\d\d:\d\d {2}(\w+)/gm)].map(([, state]) => state);
  expect(states).toEqual([
    'pending',
    'analyzing',
    'queued',
    'assigned',
    'in_progress',
    'testing',
    'review',
    'approval',
    'approval',
    'completed',
  ]);
  expect(out.trimEnd().split('\n').at(-1)).toBe('completed');
  expect(code).toBe(0);
  expect(readFileSync(path.join(data, 'sample-1/src/discount.js'), 'utf8')).toContain('* quantity');
  expect(processesOf(data)).toEqual([]);
  expect(existsSync(path.join(data, 'serve.json'))).toBe(false);
});

test('a port that is taken is told with the option that helps', async () => {
  workshop = await startWorkshop();
  const { port } = new URL(workshop.url);
  const { code, out, err } = await koubou('serve', '--data', scratch, '--port', port);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(`port ${port}`);
  expect(err).toContain('--port 0');
  expect(processesOf(scratch)).toEqual([]);
});

test('a damaged database and a wrong configuration stop the start, each with its file', async () => {
  workshop = await startWorkshop({ dir: path.join(scratch, 'data') });
  const { dir } = workshop;
  await workshop.call('queue.pause', {});
  workshop.child.kill('SIGTERM');
  await once(workshop.child, 'exit');
  writeFileSync(path.join(dir, 'config.yaml'), 'limits:\n  testMs: soon\n');
  const wrong = await koubou('serve', '--data', dir, '--port', '0');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('config.yaml')]);
  rmSync(path.join(dir, 'config.yaml'));
  writeFileSync(
    path.join(dir, 'koubou.db'),
    'this is no database, and long enough to be looked at',
  );
  const damaged = await koubou('serve', '--data', dir, '--port', '0');
  expect([damaged.code, damaged.err]).toEqual([1, expect.stringContaining('koubou.db')]);
  expect(readFileSync(path.join(dir, 'koubou.db'), 'utf8')).toContain('this is no database');
});

test('an end in order ends what runs, and the task goes on at the next start', async () => {
  const dir = path.join(scratch, 'data');
  const repo = makeRepo(path.join(scratch, 'notes'), {
    'notes.txt': 'first\n',
    '.koubou.yaml': 'test: false\n',
  });
  const flag = path.join(scratch, 'flag');
  const run = `test -e ${flag} || { touch ${flag}; exec tail -f /dev/null; }; ${QUICK_ENGINE.run}`;
  const first = await startWorkshop({ dir });
  const { id } = await first.call('tasks.create', {
    repo,
    title: 'Goes on',
    engine: { kind: 'command', run },
  });
  await first.untilEvent(
    ({ event }) => event.type === 'attempt.phase_started' && event.phase === 'implement',
  );
  // Ended before that, the engine would wait in the next attempt instead of this one.
  await expect.poll(() => existsSync(flag), { timeout: 60_000 }).toBe(true);
  first.child.kill('SIGTERM');
  const [code] = (await once(first.child, 'exit')) as [number];
  expect(code).toBe(0);
  expect(processesOf(dir)).toEqual([]);
  workshop = await startWorkshop({ dir });
  await workshop.until(id, 'review');
});

test('an agent that outlives a killed coordinator is not doubled by the next one', async () => {
  const dir = path.join(scratch, 'data');
  const first = await startWorkshop({ dir });
  await first.untilEvent(({ event }) => event.type === 'agent.connected');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  workshop = await startWorkshop({ dir });
  const before = await workshop.call('snapshot.get', {});
  if (!before.agents.some(({ connected }) => connected)) {
    await workshop.untilEvent(
      ({ event, seq }) => seq > before.seq && event.type === 'agent.connected',
    );
  }
  expect(processesOf(dir).filter((line) => line.includes('agent run'))).toHaveLength(1);
});
