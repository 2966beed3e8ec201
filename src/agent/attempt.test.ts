/** Whole attempts on a real agent: real git over HTTP, real terminals, real frames; and everything that can go wrong. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AttemptReport } from '../shared/domain/attempt.ts';
import { AttemptId } from '../shared/ids.ts';
import { GIT_TOKEN, TOKEN } from './testing/coordinator.ts';
import { KEY, LIMITS, openFixture, type Fixture } from './testing/fixture.ts';

const FIRST = AttemptId.parse('task-1.1');
const SECOND = AttemptId.parse('task-2.1');
const QUICK = 'echo changed >> notes.txt';

// Real processes on a machine that may have much else to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' });
});

afterEach(async () => {
  await fixture.close();
});

async function connect(environment?: Readonly<Record<string, string>>): Promise<void> {
  await fixture.agent({}, environment);
}

/** Runs one attempt to its last report. */
async function run(
  engine: string,
  changes: Parameters<Fixture['spec']>[2] = {},
  id: AttemptId = FIRST,
): Promise<AttemptReport> {
  fixture.coordinator.assign(fixture.spec(id, engine, changes));
  return await fixture.coordinator.end(id);
}

function phases(id: AttemptId): string[] {
  const reports = fixture.coordinator.attempts.get(id)?.reports ?? [];
  return reports.flatMap((report) =>
    report.kind === 'phase_ended' ? [`${report.phase} ${report.outcome}`] : [],
  );
}

function detailOf(id: AttemptId, phase: string): string | null | undefined {
  const reports = fixture.coordinator.attempts.get(id)?.reports ?? [];
  const found = reports.find((report) => report.kind === 'phase_ended' && report.phase === phase);
  return found?.kind === 'phase_ended' ? found.detail : undefined;
}

/** Files under `dir` that hold `text`. */
function filesWith(dir: string, text: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

test('goes through the seven steps to a pushed branch', async () => {
  await connect();
  const { coordinator, dir } = fixture;
  const report = await run(
    'cat; echo changed >> notes.txt; echo "$KOUBOU_TASK_ID: $KOUBOU_TASK_TITLE"',
  );
  const commit = coordinator.commitOf(KEY, 'koubou/task-1-change-the-notes');
  expect(report).toMatchObject({
    kind: 'succeeded',
    change: {
      attemptId: FIRST,
      branch: 'koubou/task-1-change-the-notes',
      commit,
      base: 'main',
      baseCommit: coordinator.commitOf(KEY, 'main'),
      stats: { files: 1, insertions: 1, deletions: 0 },
      tests: { outcome: 'passed', command: 'cat notes.txt', exitCode: 0 },
    },
  });
  const steps = ['prepare', 'analyse', 'implement', 'apply', 'test', 'push', 'report'];
  expect(phases(FIRST)).toEqual(steps.map((phase) => `${phase} passed`));
  expect(coordinator.git(KEY, 'log', '-1', '--format=%an <%ae> %s', commit)).toBe(
    'Koubou <koubou@localhost> Change the notes',
  );
  const text = coordinator.text(FIRST);
  expect(text).toContain('Please.');
  expect(text).toContain('task-1: Change the notes');
  expect(text).toContain('first\r\nchanged\r\n');
  expect(coordinator.attempts.get(FIRST)?.ended).toBe(true);
  expect(coordinator.faults).toEqual([]);
  expect(coordinator.gitUsers).toEqual(new Set([`${FIRST}:${GIT_TOKEN}`]));
  expect(filesWith(dir, GIT_TOKEN)).toEqual([]);
  expect(filesWith(dir, TOKEN)).toEqual([]);
});

test('the next task on a repository takes over the tree, clean', async () => {
  await connect();
  await run(`${QUICK}; echo litter > litter.txt; git checkout -q -b elsewhere; git config x.y z`);
  await run(`ls -A; ${QUICK}`, {}, SECOND);
  expect(detailOf(FIRST, 'prepare')).toBe('new work tree, repository fetched for the first time');
  expect(detailOf(SECOND, 'prepare')).toBe('work tree taken over, repository from the cache');
  expect(fixture.coordinator.text(SECOND)).not.toContain('litter');
  const config = path.join(fixture.dir, 'tasks', SECOND, 'repo/.git/config');
  expect(readFileSync(config, 'utf8')).not.toContain('y = z');
  expect(existsSync(path.join(fixture.dir, 'tasks', FIRST))).toBe(false);
  expect(
    fixture.coordinator.git(KEY, 'diff', '--name-only', 'main', 'koubou/task-2-change-the-notes'),
  ).toBe('notes.txt');
});

test('a task that was sent back goes on from its earlier branch', async () => {
  await connect();
  await run(QUICK);
  const again = AttemptId.parse('task-1.2');
  const spec = fixture.spec(again, 'cat; echo more >> notes.txt');
  const branch = spec.branch;
  const feedback = [{ at: 1, by: 'ada', attemptId: FIRST, comment: 'In French, please.' }];
  const report = await run(
    'cat; echo more >> notes.txt',
    { feedback, repo: { ...spec.repo, startFrom: branch } },
    again,
  );
  expect(report.kind).toBe('succeeded');
  expect(fixture.coordinator.git(KEY, 'show', `${branch}:notes.txt`)).toBe('first\nchanged\nmore');
  expect(fixture.coordinator.text(again)).toContain('In French, please.');
});

test('what the engine commits itself is kept, wherever it did so', async () => {
  await connect();
  await run('echo a > a.txt; git add a.txt; git commit -qm "By the engine"; echo b > b.txt');
  const log = (branch: string): string =>
    fixture.coordinator.git(KEY, 'log', '--format=%s', `main..${branch}`);
  expect(log('koubou/task-1-change-the-notes')).toBe('Change the notes\nBy the engine');
  await run(
    'git checkout -q --orphan lost; git commit -qm "No parent"; echo c > c.txt',
    {},
    SECOND,
  );
  expect(log('koubou/task-2-change-the-notes')).toBe('Change the notes');
  expect(
    fixture.coordinator.git(KEY, 'ls-tree', '--name-only', 'koubou/task-2-change-the-notes'),
  ).toBe('.koubou.yaml\nc.txt\nnotes.txt');
});

describe('failures are told with their code and what to do', () => {
  const short = {
    ...LIMITS,
    engineMs: 1_500,
    engineIdleMs: 700,
    testMs: 700,
    outputBytes: 1024 * 1024,
  };
  const hang = 'tail -f /dev/null';
  const cases: [what: string, engine: string, code: string, message: RegExp][] = [
    [
      'exits with 1',
      'echo the model is confused; exit 1',
      'engine_failed',
      /exit code 1[^]*the model is confused/,
    ],
    ['is not there', 'no-such-engine --fix', 'engine_missing', /no-such-engine/],
    ['changes nothing', 'true', 'no_changes', /without changing a file/],
    ['prints without end', 'yes', 'engine_output_limit', /more than 1 MB/],
    ['is silent without end', hang, 'engine_timed_out', /printed nothing for 0.7 s/],
    [
      'talks without end',
      'while :; do echo thinking; sleep 0.1; done',
      'engine_timed_out',
      /did not end within 1.5 s[^]*thinking/,
    ],
    ['dies by a signal', 'kill -SEGV $$', 'engine_failed', /signal 11/],
    ['leaves a huge file', 'truncate -s 60M huge.bin', 'engine_failed', /huge.bin with 60 MB/],
    [
      'commits a huge file',
      'truncate -s 60M huge.bin; git add .; git commit -qm huge',
      'engine_failed',
      /huge.bin with 60 MB/,
    ],
  ];
  test.each(cases)('an engine that %s', async (_, engine, code, message) => {
    await connect();
    const report = await run(engine, { limits: code === 'engine_failed' ? LIMITS : short });
    expect(report).toMatchObject({ kind: 'failed', code, tests: null });
    expect(report.kind === 'failed' && report.message).toMatch(message);
    expect(await fixture.processes()).toEqual([]);
    expect((await run(QUICK, {}, SECOND)).kind).toBe('succeeded');
    expect(fixture.coordinator.faults).toEqual([]);
  });

  test('tests that fail, with what they printed', async () => {
    await connect();
    const report = await run(
      `${QUICK}; echo "test: echo expected 1, got 2; exit 3" > .koubou.yaml`,
    );
    expect(report.kind).toBe('succeeded'); // The configuration of the base counts, not what the engine makes of it.
    fixture.repo({ '.koubou.yaml': 'test: echo expected 1, got 2; exit 3\n' }, 'failing');
    const spec = fixture.spec(SECOND, QUICK);
    const baseCommit = fixture.coordinator.commitOf('failing', 'main');
    const failed = await run(
      QUICK,
      { repo: { ...spec.repo, key: 'failing', path: '/git/failing.git', baseCommit } },
      SECOND,
    );
    expect(failed).toMatchObject({
      kind: 'failed',
      code: 'tests_failed',
      tests: { outcome: 'failed', command: 'echo expected 1, got 2; exit 3', exitCode: 3 },
    });
    expect(failed.kind === 'failed' && failed.message).toContain('\nexpected 1, got 2');
    // Its work is kept, and nothing of it is offered as a change.
    expect(fixture.coordinator.git('failing', 'branch', '--list', 'koubou/task*')).toBe('');
  });

  test.each([
    ['tests that hang', `test: ${hang}\n`, 'tests_timed_out', /tail -f/],
    [
      'a setup that fails',
      'setup: echo no network; false\ntest: "true"\n',
      'setup_failed',
      /no network/,
    ],
    [
      'a configuration with an unknown key',
      'env: {A: b}\ntset: npm test\n',
      'config_invalid',
      /line 2.*tset/,
    ],
    ['a configuration that is not YAML', 'test: "open\n', 'config_invalid', /line \d/],
  ])('%s', async (_, yaml, code, message) => {
    fixture.repo({ '.koubou.yaml': yaml }, 'other');
    await connect();
    const { repo } = fixture.spec(FIRST, QUICK);
    const baseCommit = fixture.coordinator.commitOf('other', 'main');
    const report = await run(QUICK, {
      limits: { ...LIMITS, testMs: 700 },
      repo: { ...repo, key: 'other', path: '/git/other.git', baseCommit },
    });
    expect(report).toMatchObject({ kind: 'failed', code });
    expect(report.kind === 'failed' && report.message).toMatch(message);
    expect(await fixture.processes()).toEqual([]);
  });

  test('a base commit that is gone', async () => {
    await connect();
    const { repo } = fixture.spec(FIRST, QUICK);
    const report = await run(QUICK, { repo: { ...repo, baseCommit: '1'.repeat(40) } });
    expect(report).toMatchObject({ kind: 'failed', code: 'branch_not_found' });
  });

  test('a push that is refused', async () => {
    await connect();
    fixture.coordinator.git(KEY, 'config', 'receive.denyCurrentBranch', 'refuse');
    fixture.coordinator.git(KEY, 'config', 'http.receivepack', 'false');
    expect(await run(QUICK)).toMatchObject({ kind: 'failed', code: 'push_failed' });
  });
});

test.skipIf(process.getuid?.() !== 0)(
  'a full disk fails the attempt, and its room is given back',
  async () => {
    mkdirSync(fixture.dir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', fixture.dir]);
    try {
      await connect();
      const report = await run('cat /dev/zero > filler');
      expect(report).toMatchObject({ kind: 'failed', code: 'agent_disk_full' });
      expect(report.kind === 'failed' && report.message).toMatch(/\d+ MB are free/);
      expect((await run(QUICK, {}, SECOND)).kind).toBe('succeeded');
      const printed = await run('yes "many words"', {}, AttemptId.parse('task-3.1'));
      expect(printed).toMatchObject({ kind: 'failed', code: 'agent_disk_full' });
      await fixture.stop();
    } finally {
      execFileSync('umount', ['-l', fixture.dir]);
    }
  },
);

test('a project without tests is not tested, and its keys are kept from it', async () => {
  fixture.repo({ 'a.txt': 'a\n' }, 'bare');
  fixture.repo({ '.koubou.yaml': 'test: env\nenv: {COLOUR: teal}\n' }, 'env');
  await connect({
    PATH: process.env['PATH'] ?? '',
    HOME: fixture.scratch,
    MODEL_API_KEY: 'key-77',
  });
  const { repo } = fixture.spec(FIRST, QUICK);
  const of = (key: string): typeof repo => ({
    ...repo,
    key,
    path: `/git/${key}.git`,
    baseCommit: fixture.coordinator.commitOf(key, 'main'),
  });
  const untested = await run('test "$MODEL_API_KEY" = key-77 && echo b > b.txt', {
    repo: of('bare'),
  });
  expect(untested).toMatchObject({
    change: { tests: { outcome: 'skipped', why: 'no tests were found' } },
  });
  expect(phases(FIRST)).toContain('test skipped');
  expect((await run(QUICK, { repo: of('env') }, SECOND)).kind).toBe('succeeded');
  expect(fixture.coordinator.text(SECOND)).toContain('COLOUR=teal');
  expect(fixture.coordinator.text(SECOND)).toContain('CI=true');
  expect(fixture.coordinator.text(SECOND)).not.toContain('key-77');
});
