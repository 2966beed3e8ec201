/** The command line against a real API: what it prints, and with which code it ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/run-cli.ts';
import {
  connect,
  LOCAL,
  openTestApi,
  TOKEN,
  type TestApi,
} from '../../src/main/coordinator/api/testing.ts';
import { Task } from '../../src/shared/domain/task.ts';
import { AttemptId, TaskId } from '../../src/shared/ids.ts';

let api: TestApi;
let scratch: string;
let stop: AbortController;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-cli-'));
  api = await openTestApi();
  stop = new AbortController();
});

afterEach(async () => {
  await api.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Surroundings {
  readonly env?: Record<string, string | undefined>;
  readonly input?: string;
  readonly requestKey?: string;
  /** Called with all that was printed so far. */
  readonly onWrite?: (out: string) => void;
}

async function koubou(
  args: string[],
  { env, input = '', requestKey = 'key', onWrite }: Surroundings = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCli(
    args,
    {
      write: async (text) => {
        out += text;
        onWrite?.(out);
      },
      warn: (line) => (err += `${line}\n`),
      readInput: async () => input,
      ask: async () => null,
      openKeyboard: () => null,
      env: env ?? { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
      platform: 'linux',
      home: scratch,
      cwd: scratch,
      colours: false,
      columns: undefined,
      now: () => 1_700_000_000_000,
      requestKey,
      offline: async () => await import('../../src/main/coordinator/offline.ts'),
      simulator: async () => await import('../../src/main/coordinator/simulate/request.ts'),
      stop: stop.signal,
    },
    () => {},
  );
  return { code, out, err };
}

const ADD = [
  'tasks',
  'add',
  '--repo',
  '/srv/shop',
  '--title',
  'Repair the total',
  '--engine',
  'command:true',
];
const T1 = TaskId.parse('task-1');

async function inReview(): Promise<void> {
  await api.submit(connect());
  await koubou(ADD);
  await api.submit({ type: 'task.analyse', taskId: T1, specialty: 'general' });
  await api.submit({ type: 'task.assign', taskId: T1, agentId: LOCAL, reasons: [] });
  const attemptId = AttemptId.parse('task-1.1');
  const held = { type: 'attempt.report', agentId: LOCAL, attemptId, fence: 1 } as const;
  await api.submit({ ...held, seq: 1, report: { kind: 'started' } });
  await api.submit({ ...held, seq: 2, report: { kind: 'phase_started', phase: 'test' } });
  const change = {
    attemptId,
    branch: 'koubou/task-1-repair-the-total',
    commit: 'c'.repeat(40),
    base: 'main',
    baseCommit: 'b'.repeat(40),
    stats: { files: 1, insertions: 2, deletions: 3 },
    tests: { outcome: 'skipped', why: 'there are none' } as const,
  };
  await api.submit({ ...held, seq: 3, report: { kind: 'succeeded', change } });
}

test('a task is added with everything that can be said about it', async () => {
  await koubou(ADD, { requestKey: 'first' });
  const { code, out } = await koubou(
    [
      ...ADD,
      '--json',
      '--body',
      '-',
      '--priority',
      'high',
      '--at',
      '+30m',
      '--after',
      '1',
      '--needs',
      'python3',
      'gpu',
      '--base',
      'dev',
    ],
    { input: 'It is wrong.\n', requestKey: 'second' },
  );
  expect(code).toBe(0);
  expect(Task.parse(JSON.parse(out))).toMatchObject({
    id: 'task-2',
    body: 'It is wrong.\n',
    priority: 'high',
    at: 1_700_001_800_000,
    after: ['task-1'],
    needs: ['python3', 'gpu'],
    repo: { url: '/srv/shop', base: 'dev' },
    engine: { kind: 'command', run: 'true' },
  });
});

test('the same invocation asked twice makes one task', async () => {
  const [first, again] = [await koubou([...ADD, '--json']), await koubou([...ADD, '--json'])];
  expect(again.out).toBe(first.out);
  expect(api.journal.workshop().lastTask).toBe(1);
});

test('tasks are listed in a table, a title with control characters is no danger', async () => {
  await koubou(ADD);
  const { out } = await koubou(['tasks', 'list']);
  expect(out.split('\n')[0]).toBe('TASK    STATE    PRIORITY  AGE  TITLE');
  expect(out.split('\n')[1]).toMatch(/^task-1 {2}pending {2}normal {4}\S+ +Repair the total$/);
  expect((await koubou(['tasks', 'list', '--state', 'failed'])).out).toBe('no tasks\n');
  expect((await koubou(['tasks', 'show', '1'])).out).toContain('command: true');
});

test('a task in review is shown, sent back, rejected, approved', async () => {
  await inReview();
  const diff = await koubou(['tasks', 'diff', 'task-1']);
  expect(diff.code).toBe(0);
  expect(diff.out).toContain('1 file, +2 −3; not tested: there are none');
  const waiting = koubou(['tasks', 'approve', '1']);
  await approved();
  const message = 'src/a.js was changed on both sides';
  await api.submit({
    type: 'task.merge_result',
    taskId: T1,
    merge: { state: 'refused', at: 1, message, files: ['src/a.js'] },
  });
  const refused = await waiting;
  expect([refused.code, refused.err]).toEqual([
    1,
    'koubou: not merged: src/a.js was changed on both sides\n  src/a.js\n',
  ]);
  const second = koubou(['tasks', 'approve', '1'], { requestKey: 'second' });
  await approved();
  await api.submit({
    type: 'task.merge_result',
    taskId: T1,
    merge: { state: 'merged', at: 2, commit: 'd'.repeat(40), how: 'fast_forward' },
  });
  expect(await second).toMatchObject({
    code: 0,
    out: `task-1 is merged into main as ${'d'.repeat(10)} (fast forward)\n`,
  });
  const late = await koubou(['tasks', 'reject', '1']);
  expect(late.code).toBe(1);
  expect(late.err).toContain('illegal_transition');
});

async function approved(): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = api.journal.subscribe((events) => {
      if (
        !events.some(
          ({ event }) => event.type === 'task.merge_changed' && event.merge.state === 'requested',
        )
      )
        return;
      end();
      resolve();
    });
  });
}

test('a comment sends a change back, a reason cancels a task', async () => {
  await inReview();
  expect((await koubou(['tasks', 'send-back', '1'])).code).toBe(2);
  expect((await koubou(['tasks', 'send-back', '1', '-m', 'in French, please'])).out).toContain(
    'goes to a new attempt',
  );
  await koubou(['tasks', 'cancel', '1', '-m', 'no time']);
  expect(api.journal.task(T1)).toMatchObject({
    state: 'cancelled',
    cancelReason: 'no time',
    feedback: [{ comment: 'in French, please' }],
  });
});

test('watching a task prints its way from the beginning to the end', async () => {
  await inReview();
  await api.submit({ type: 'task.approve', taskId: T1 });
  await api.submit({
    type: 'task.merge_result',
    taskId: T1,
    merge: { state: 'merged', at: 2, commit: 'd'.repeat(40), how: 'fast_forward' },
  });
  const { code, out } = await koubou(['tasks', 'watch', '1']);
  expect(code).toBe(0);
  const states = out.split('\n').map((line) => line.slice(20, 31).trim());
  expect(states.filter((state) => state !== '')).toEqual([
    'pending',
    'analyzing',
    'queued',
    'assigned',
    'in_progress',
    'testing',
    'review',
    'completed',
  ]);
});

test('watching everything goes on until it is stopped', async () => {
  const watching = koubou(['tasks', 'watch', '--json'], {
    onWrite: (out) => {
      if (out.includes('queue.paused')) stop.abort();
    },
  });
  // Whatever came before the watcher stood is not its to print: pause until it is seen.
  while (!stop.signal.aborted) {
    await api.submit({ type: 'queue.resume' });
    await api.submit({ type: 'queue.pause' });
    await new Promise(setImmediate);
  }
  expect((await watching).code).toBe(0);
});

test('logs are followed, acknowledged and cleaned', async () => {
  await inReview();
  const running = koubou(['tasks', 'logs', '1', '-f']);
  while (!api.watchers.has('task-1.1 terminal')) await new Promise(setImmediate);
  const watcher = api.watchers.get('task-1.1 terminal');
  // Cut within the two bytes of the é.
  const bytes = Buffer.from('\u001b]0;owned\u0007héllo');
  watcher?.bytes(0, bytes.subarray(0, 12));
  watcher?.bytes(12, bytes.subarray(12));
  watcher?.ended(bytes.length);
  expect(await running).toEqual({ code: 0, out: 'héllo', err: '' });
  // Sent before the end, and perhaps still on the way.
  while (watcher?.acknowledged.at(-1) !== bytes.length) await new Promise(setImmediate);
  await koubou([...ADD], { requestKey: 'other' });
  const early = await koubou(['tasks', 'logs', '2', '-f']);
  expect(early.code).toBe(1);
  expect(early.err).toContain('no agent has begun it yet');
  expect(await koubou(['tasks', 'logs', '2'])).toMatchObject({ code: 0, out: '' });
});

test('agents and the queue', async () => {
  await api.submit(connect());
  expect((await koubou(['agents', 'list'])).out).toContain('local-1  idle   0/2');
  expect((await koubou(['agents', 'show', 'local-1'])).out).toContain('pc, linux x64, 4 cores');
  await koubou(['agents', 'drain', 'local-1']);
  expect(api.journal.agent(LOCAL)?.draining).toBe(true);
  await koubou(['agents', 'resume', 'local-1']);
  await koubou(['queue', 'pause']);
  expect((await koubou(['queue', 'status'])).out).toContain('the queue is paused');
  const resumed = await koubou(['queue', 'resume', '--json']);
  expect(JSON.parse(resumed.out)).toEqual({ paused: false, pauses: [] });
  expect((await koubou(['agents', 'remove', 'local-1'])).code).toBe(0);
  expect((await koubou(['agents', 'show', 'local-1'])).code).toBe(1);
});

test('everything is stopped and resumed by one command each', async () => {
  expect((await koubou(['stop'])).code).toBe(2);
  expect(api.journal.workshop().stopped).toBeNull();
  const stopped = await koubou(['stop', '--emergency', '--reason', 'smoke\u001b[2J']);
  expect(stopped.out).toMatch(/^stopped by user \(smoke\)/);
  const end = ['stop', '--emergency', '--how', 'end', '--json'];
  const again = await koubou(end, { requestKey: 'another' });
  expect(JSON.parse(again.out)).toMatchObject({ stopped: { how: 'end', by: 'user' }, attempts: 0 });
  const resumed = await koubou(['resume', '--json'], { requestKey: 'third' });
  expect(JSON.parse(resumed.out)).toEqual({ stopped: null, attempts: 0 });
});

test.each([
  [['tasks', 'fly']],
  [['tasks', 'add', '--title', 'x']],
  [['tasks', 'show', 'twelve']],
  [['tasks', 'show']],
  [['tasks', 'list', '--state', 'lazy']],
  [['tasks', 'list', '--limit', '9999']],
  [['tasks', 'list', '--unknown']],
  [[...ADD, '--priority', 'now']],
  [[...ADD, '--engine', 'magic']],
  [[...ADD, '--body', 'no-such-file']],
  [[...ADD, '--title', 'clear \u001b[2J']],
  [['agents', 'show', 'NOT AN ID']],
  [['tasks', 'logs', '1', '-f', '--json']],
])('wrong use ends with 2 and says why: %j', async (args) => {
  const { code, out, err } = await koubou(args);
  expect([code, out]).toEqual([2, '']);
  expect(err.length).toBeGreaterThan(10);
});

test('a refusal ends with 1 and names its code', async () => {
  expect(await koubou(['tasks', 'show', '7'])).toEqual({
    code: 1,
    out: '',
    err: 'koubou: there is no task-7; there are no tasks yet (not_found)\n',
  });
  expect((await koubou([...ADD, '--repo', '/srv/missing'])).err).toContain('repo_not_found');
  expect(
    (await koubou(['tasks', 'list'], { env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: 'wrong' } })).code,
  ).toBe(1);
});

test('help and version end with 0', async () => {
  expect((await koubou(['--help'])).out).toContain('tasks');
  expect((await koubou(['tasks', 'add', '--help'])).out).toContain('--repo');
  expect((await koubou(['version'])).out).toMatch(/^koubou \S+ \(\S+\), Node v\d+/);
});

test('nobody there ends with 3 and says how to start it', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const address = closed.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  closed.close();
  await once(closed, 'close');
  const nobody = { KOUBOU_URL: `http://127.0.0.1:${port}`, KOUBOU_TOKEN: TOKEN };
  for (const env of [nobody, {}]) {
    const { code, err } = await koubou(['tasks', 'list'], { env });
    expect([code, err]).toEqual([3, expect.stringContaining('koubou serve')]);
  }
  expect((await koubou(['tasks', 'list'], { env: { KOUBOU_URL: api.url } })).code).toBe(2);
});

test('the coordinator of a data folder is found by its files', async () => {
  const data = path.join(scratch, 'data');
  mkdirSync(data);
  const { port } = new URL(api.url);
  writeFileSync(
    path.join(data, 'serve.json'),
    JSON.stringify({
      pid: 1,
      host: '127.0.0.1',
      port: Number(port),
      url: api.url,
      startedAt: 0,
      version: '1',
    }),
  );
  writeFileSync(path.join(data, 'token'), `${TOKEN}\n`);
  expect(await koubou(['tasks', 'list', '--data', 'data'], { env: {} })).toMatchObject({
    code: 0,
    out: 'no tasks\n',
  });
  const doctor = await koubou(['doctor', '--data', 'data', '--json'], { env: {} });
  expect(
    z.object({ findings: z.array(z.unknown()) }).parse(JSON.parse(doctor.out)).findings,
  ).toContainEqual({
    name: 'coordinator',
    result: 'ok',
    detail: `${api.url}, version 1.2.3`,
  });
  writeFileSync(path.join(data, 'serve.json'), '{');
  const damaged = await koubou(['tasks', 'list', '--data', 'data'], { env: {} });
  expect(damaged.code).toBe(3);
  expect(damaged.err).toContain('damaged');
});
