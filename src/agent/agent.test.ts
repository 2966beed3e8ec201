/** An agent and its coordinator: breaks, silence, cancels, full slots, crashes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AttemptId } from '../shared/ids.ts';
import { pause, systemClock } from './clock.ts';
import { LockedError } from './lock.ts';
import { listProcesses } from './processes.ts';
import { openFixture, type Fixture } from './testing/fixture.ts';

const FIRST = AttemptId.parse('task-1.1');
const SECOND = AttemptId.parse('task-2.1');
const QUICK = 'echo changed >> notes.txt';
// The terminal shows the command, too: what it prints must read differently.
const FOREVER = 'echo work""ing; exec tail -f /dev/null';

// Real processes on a machine that may have much else to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n' });
});

afterEach(async () => {
  await fixture.close();
});

/** Resolves when the attempt's terminal holds `text`. */
async function shows(id: AttemptId, text: string): Promise<void> {
  await fixture.coordinator.until(() => fixture.coordinator.text(id).includes(text));
}

function reported(id: AttemptId, kind: string): boolean {
  return (
    fixture.coordinator.attempts.get(id)?.reports.some((report) => report.kind === kind) === true
  );
}

/** The lines that an engine printed, without ours. */
function numbers(id: AttemptId): string[] {
  return fixture.coordinator
    .text(id)
    .split('\r\n')
    .filter((line) => /^\d+$/.test(line));
}

test('says who it is, what it can do and what it has', async () => {
  await fixture.agent({ specialties: ['backend'], labels: ['fast'] });
  const hello = fixture.coordinator.frames.find(({ type }) => type === 'hello');
  expect(hello).toMatchObject({ agentId: 'local-1', slots: 2, repos: [], holding: [] });
  const capabilities = hello?.type === 'hello' ? hello.capabilities : null;
  expect(capabilities).toMatchObject({ specialties: ['backend'], labels: ['fast'] });
  expect(capabilities?.tools.find(({ name }) => name === 'git')?.version).toMatch(/^\d+\.\d+/);
  expect(capabilities?.engines).toContainEqual({
    kind: 'command',
    version: 'sh',
    ready: true,
    why: null,
  });
});

test('a link that breaks again and again loses and doubles nothing', async () => {
  const { coordinator } = fixture;
  await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, `seq 1 400000; ${QUICK}; seq 400001 600000`));
  for (const size of [1, 600_000, 1_700_000, 2_500_000]) {
    await coordinator.until(() => coordinator.lengthOf(FIRST, 'terminal') >= size);
    coordinator.cut();
  }
  expect(await coordinator.end(FIRST)).toMatchObject({ kind: 'succeeded' });
  const all = numbers(FIRST);
  expect(all.length).toBe(600_000);
  expect(all.every((line, i) => line === String(i + 1))).toBe(true);
  expect(coordinator.faults).toEqual([]);
});

test('a coordinator that takes nothing costs the attempt neither memory nor speed', async () => {
  const { coordinator } = fixture;
  coordinator.withhold = true;
  await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, `seq 1 2000000; ${QUICK}`));
  // The engine ends although no more than a window of its output was taken.
  await coordinator.until(
    () =>
      coordinator.attempts
        .get(FIRST)
        ?.reports.some((report) => report.kind === 'phase_ended' && report.phase === 'report') ===
      true,
  );
  expect(coordinator.bytesOf(FIRST, 'terminal').length).toBeLessThanOrEqual(1024 * 1024);
  coordinator.withhold = false;
  coordinator.cut();
  expect((await coordinator.end(FIRST)).kind).toBe('succeeded');
  expect(numbers(FIRST).length).toBe(2_000_000);
  expect(coordinator.faults).toEqual([]);
});

test('cancelling ends everything that ran, and its last words arrive', async () => {
  const { coordinator } = fixture;
  await fixture.agent({ slots: 1 });
  const spec = fixture.spec(
    FIRST,
    'trap "" TERM; (setsid nohup sleep 1000 >/dev/null 2>&1 &); echo work""ing; while :; do sleep 1; done',
  );
  coordinator.assign(spec);
  await shows(FIRST, 'working');
  expect((await fixture.processes()).length).toBeGreaterThan(1);
  coordinator.send({
    type: 'cancel',
    attemptId: FIRST,
    fence: spec.fence,
    reason: 'changed my mind',
    unwanted: true,
  });
  // The slot is free at once, while the old processes are on their way out.
  coordinator.assign(fixture.spec(SECOND, QUICK));
  expect((await coordinator.end(SECOND)).kind).toBe('succeeded');
  await coordinator.until(() => coordinator.attempts.get(FIRST)?.ended === true);
  expect(coordinator.text(FIRST)).toContain('changed my mind');
  expect(await fixture.processes()).toEqual([]);
  expect(
    coordinator.attempts
      .get(FIRST)
      ?.reports.some(({ kind }) => kind === 'cancelled' || kind === 'failed'),
  ).toBe(false);
});

test('declines what it has no slot for, and takes the same assignment only once', async () => {
  const { coordinator } = fixture;
  await fixture.agent({ slots: 1 });
  coordinator.assign(fixture.spec(FIRST, FOREVER));
  coordinator.assign(fixture.spec(FIRST, FOREVER));
  await shows(FIRST, 'working');
  coordinator.assign(fixture.spec(SECOND, QUICK));
  await coordinator.until(() => coordinator.frames.some(({ type }) => type === 'declined'));
  expect(coordinator.frames.find(({ type }) => type === 'declined')).toMatchObject({
    attemptId: SECOND,
    why: 'all 1 slots are taken',
  });
  expect(
    coordinator.attempts.get(FIRST)?.reports.filter(({ kind }) => kind === 'started').length,
  ).toBe(1);
});

test('a coordinator that is silent too long makes its attempts stand still, and they go on when it is back', async () => {
  const { coordinator, scratch } = fixture;
  coordinator.heartbeatMs = 100;
  coordinator.stopMs = 2_000;
  await fixture.agent();
  const ticks = path.join(scratch, 'ticks');
  const go = path.join(scratch, 'go');
  coordinator.assign(
    fixture.spec(
      FIRST,
      `echo work""ing; until test -e ${go}; do echo t >> ${ticks}; sleep 0.01; done; ${QUICK}`,
    ),
  );
  await shows(FIRST, 'working');
  coordinator.silent = true;
  const journal = path.join(fixture.dir, 'attempts', FIRST, 'journal');
  const stands = (): boolean => {
    const said = readFileSync(journal, 'utf8');
    return said.lastIndexOf('"paused"') > said.lastIndexOf('"resumed"');
  };
  await fixture.until(stands);
  const stood = readFileSync(ticks).length;
  await pause(systemClock, 100);
  expect(readFileSync(ticks).length).toBe(stood);
  coordinator.silent = false;
  await coordinator.until(() => reported(FIRST, 'resumed'));
  writeFileSync(go, '');
  expect((await coordinator.end(FIRST)).kind).toBe('succeeded');
  expect(coordinator.faults).toEqual([]);
});

test('an attempt that was given to somebody else meanwhile is ended, and what it did is kept', async () => {
  const { coordinator } = fixture;
  const agent = await fixture.agent();
  const spec = fixture.spec(FIRST, `echo half >> notes.txt; ${FOREVER}`);
  coordinator.assign(spec);
  await shows(FIRST, 'working');
  coordinator.fenced.add(FIRST);
  coordinator.cut();
  await coordinator.until(() => coordinator.frames.some(({ type }) => type === 'work_kept'));
  await fixture.until(() => !agent.busy);
  expect(await fixture.processes()).toEqual([]);
  expect(coordinator.git('notes-1a2b', 'show', `${spec.workBranch}:notes.txt`)).toBe('first\nhalf');
  expect(coordinator.attempts.get(FIRST)?.reports.map(({ kind }) => kind)).not.toContain('failed');
  expect(readdirSync(path.join(fixture.dir, 'attempts'))).toEqual([]);
});

test('an agent that is restarted finds its attempts: same process, right exit code, no byte missing', async () => {
  const { coordinator, scratch } = fixture;
  const agent = await fixture.agent();
  const go = path.join(scratch, 'go');
  coordinator.assign(
    fixture.spec(
      FIRST,
      `echo pid=$$; until test -e ${go}; do sleep 0.01; done; seq 1 100000; exit 7`,
    ),
  );
  const pid = /pid=(\d+)/;
  await coordinator.until(() => pid.test(coordinator.text(FIRST)));
  const engine = Number(pid.exec(coordinator.text(FIRST))?.[1]);
  await agent.leave();
  expect(await fixture.processes()).toContain(engine);
  writeFileSync(go, '');
  await fixture.agent();
  const end = await coordinator.end(FIRST);
  expect(end).toMatchObject({ kind: 'failed', code: 'engine_failed' });
  expect(end.kind === 'failed' && end.message).toContain('exit code 7');
  // Our own closing words quote the last lines once more.
  expect(numbers(FIRST).slice(0, 100_000)).toEqual(
    Array.from({ length: 100_000 }, (_, i) => String(i + 1)),
  );
  expect(coordinator.faults).toEqual([]);
  await fixture.until(() => readdirSync(path.join(fixture.dir, 'attempts')).length === 0);
  expect(await fixture.processes()).toEqual([]);
});

test('what ended while no agent was there is reported by the next one', async () => {
  const { coordinator, dir, scratch } = fixture;
  const agent = await fixture.agent();
  const go = path.join(scratch, 'go');
  coordinator.assign(
    fixture.spec(FIRST, `echo work""ing; until test -e ${go}; do sleep 0.01; done; false`),
  );
  await shows(FIRST, 'working');
  await agent.leave();
  writeFileSync(go, '');
  const journal = path.join(dir, 'attempts', FIRST, 'journal');
  await fixture.until(() => readFileSync(journal, 'utf8').includes('"failed"'));
  await fixture.agent();
  expect(await coordinator.end(FIRST)).toMatchObject({ kind: 'failed', code: 'engine_failed' });
});

test('what the machine went down under is not taken for work', async () => {
  const { coordinator, dir } = fixture;
  const agent = await fixture.agent();
  const spec = fixture.spec(FIRST, `echo half >> notes.txt; ${FOREVER}`);
  coordinator.assign(spec);
  await shows(FIRST, 'working');
  await agent.leave();
  for (const pid of await fixture.processes()) process.kill(pid, 'SIGKILL');
  const record = path.join(dir, 'attempts', FIRST, 'attempt.json');
  writeFileSync(record, readFileSync(record, 'utf8').replace(/"boot":"[^"]*"/, '"boot":"before"'));
  const next = await fixture.agent();
  expect(await coordinator.end(FIRST)).toMatchObject({ kind: 'failed', code: 'supervisor_died' });
  await fixture.until(() => !next.busy);
  expect(coordinator.frames.some(({ type }) => type === 'work_kept')).toBe(false);
  await next.close();
  const left = path.join(dir, 'tasks', FIRST, 'repo/notes.txt');
  expect(existsSync(left) ? readFileSync(left, 'utf8') : 'first\n').toBe('first\n');
});

test('a supervisor that is killed ends its attempt, and nothing of it is left', async () => {
  const { coordinator } = fixture;
  const agent = await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, FOREVER));
  await shows(FIRST, 'working');
  const supervisor = (await listProcesses()).find(
    ({ pid, environment }) =>
      environment.includes(`KOUBOU_DIR=${fixture.dir}\0`) &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supervise'),
  );
  process.kill(supervisor?.pid ?? NaN, 'SIGKILL');
  expect(await coordinator.end(FIRST)).toMatchObject({ kind: 'failed', code: 'supervisor_died' });
  await fixture.until(() => !agent.busy);
  expect(await fixture.processes()).toEqual([]);
});

test('an attempt that the coordinator does not know any more is dropped', async () => {
  const { coordinator } = fixture;
  const agent = await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, FOREVER));
  await shows(FIRST, 'working');
  coordinator.attempts.delete(FIRST);
  coordinator.cut();
  await coordinator.until(
    () => coordinator.frames.filter(({ type }) => type === 'hello').length === 2,
  );
  await fixture.until(() => !agent.busy);
  expect(await fixture.processes()).toEqual([]);
});

test('a refused report stops the attempt', async () => {
  const { coordinator } = fixture;
  const agent = await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, FOREVER));
  await shows(FIRST, 'working');
  coordinator.send({
    type: 'report_refused',
    attemptId: FIRST,
    seq: 1,
    code: 'stale_attempt',
    message: 'not yours',
  });
  await fixture.until(() => !agent.busy);
  expect(await fixture.processes()).toEqual([]);
});

test('stopping the agent reports its attempts as cancelled and leaves nothing', async () => {
  const { coordinator } = fixture;
  const agent = await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, FOREVER));
  await shows(FIRST, 'working');
  await agent.close();
  expect((await coordinator.end(FIRST)).kind).toBe('cancelled');
  expect(await fixture.processes()).toEqual([]);
  // The folder is free: another agent may have it, and finds a tree to use.
  await fixture.agent();
  coordinator.assign(fixture.spec(SECOND, QUICK));
  expect((await coordinator.end(SECOND)).kind).toBe('succeeded');
  expect(coordinator.attempts.get(SECOND)?.reports).toContainEqual(
    expect.objectContaining({
      phase: 'prepare',
      detail: 'work tree taken over, repository from the cache',
    }),
  );
});

test('two attempts on one repository at once do not meet', async () => {
  const { coordinator } = fixture;
  await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, `${QUICK}; echo one > one.txt`));
  coordinator.assign(fixture.spec(SECOND, `${QUICK}; echo two > two.txt`));
  expect((await coordinator.end(FIRST)).kind).toBe('succeeded');
  expect((await coordinator.end(SECOND)).kind).toBe('succeeded');
  const names = (task: string): string =>
    coordinator.git('notes-1a2b', 'ls-tree', '--name-only', `koubou/${task}-change-the-notes`);
  expect(names('task-1')).toBe('notes.txt\none.txt');
  expect(names('task-2')).toBe('notes.txt\ntwo.txt');
});

test('keeps two clean trees of a repository, and no more', async () => {
  const { coordinator, dir } = fixture;
  const agent = await fixture.agent({ slots: 4 });
  const ids = [1, 2, 3, 4].map((number) => AttemptId.parse(`task-${number}.1`));
  // All four hold a tree at the same time.
  for (const id of ids)
    coordinator.assign(
      fixture.spec(id, `echo work""ing; until test -e ${dir}/go; do sleep 0.02; done; ${QUICK}`),
    );
  for (const id of ids) await shows(id, 'working');
  writeFileSync(path.join(dir, 'go'), '');
  for (const id of ids) expect((await coordinator.end(id)).kind).toBe('succeeded');
  await agent.close();
  expect(readdirSync(path.join(dir, 'tasks')).length).toBe(2);
});

test('what a crashed agent left running is ended, and its trees are used again', async () => {
  const { coordinator, dir } = fixture;
  const agent = await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, QUICK));
  await coordinator.end(FIRST);
  await agent.close();
  const left = spawn('tail', ['-f', '/dev/null'], {
    env: { ...process.env, KOUBOU_ATTEMPT: FIRST, KOUBOU_DIR: dir },
  });
  mkdirSync(path.join(dir, 'tasks/task-9.1/logs'), { recursive: true });
  writeFileSync(path.join(dir, 'tasks/task-1.1/repo/half.txt'), 'half done');
  const gone = once(left, 'exit');
  await fixture.agent();
  await gone;
  coordinator.assign(fixture.spec(SECOND, 'ls; echo changed >> notes.txt'));
  expect((await coordinator.end(SECOND)).kind).toBe('succeeded');
  expect(coordinator.text(SECOND)).not.toContain('half.txt');
});

test('a cache or tree that was broken is made anew', async () => {
  const { coordinator, dir } = fixture;
  await fixture.agent();
  coordinator.assign(fixture.spec(FIRST, `${QUICK}; rm .git; git init -q .`));
  await coordinator.end(FIRST);
  rmSync(path.join(dir, 'shared/cache/notes-1a2b.git/config'));
  rmSync(path.join(dir, 'shared/cache/notes-1a2b.git/objects'), { recursive: true });
  coordinator.assign(fixture.spec(SECOND, QUICK));
  expect((await coordinator.end(SECOND)).kind).toBe('succeeded');
});

test('one agent per folder', async () => {
  await fixture.agent();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await fixture.stop();
  const stat = readFileSync(`/proc/${other.pid}/stat`, 'latin1');
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(path.join(fixture.dir, 'agent.lock'), `${other.pid} ${start}\n`);
  await expect(fixture.agent()).rejects.toThrow(LockedError);
  const gone = once(other, 'exit');
  other.kill();
  await gone;
  await fixture.agent();
});
