/**
 * Engines, tests and disks that misbehave: each costs its own task only, is told in words, and the workshop
 * goes on with the next one.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Failure } from '../../src/shared/domain/task.ts';
import type { EngineSpec } from '../../src/shared/domain/engine.ts';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { processesOf, startWorkshop, type Workshop } from '../support/workshop.ts';

const MIB = 1024 * 1024;

let scratch: string;
let repo: string;
let workshop: Workshop;
let disk: string;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bad-engines-'));
  repo = makeRepo(path.join(scratch, 'notes'), {
    'notes.txt': 'first\n',
    '.koubou.yaml': 'test: cat notes.txt\n',
  });
  const data = path.join(scratch, 'data');
  disk = path.join(data, 'agents/local-1');
  mkdirSync(disk, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]);
  writeFileSync(
    path.join(data, 'config.yaml'),
    [
      'limits:',
      '  engineMs: 6000',
      '  engineIdleMs: 3000',
      '  testMs: 2000',
      `  outputBytes: ${8 * MIB}`,
      '',
    ].join('\n'),
  );
  workshop = await startWorkshop({ dir: data });
});

afterAll(async () => {
  try {
    await workshop?.close();
  } finally {
    execFileSync('umount', ['-l', disk]);
    rmSync(scratch, { recursive: true, force: true });
  }
});

afterEach(async () => {
  const { id } = await workshop.call('tasks.create', {
    repo,
    title: 'A good task after a bad one',
    engine: QUICK_ENGINE,
  });
  const task = await workshop.until(id, 'review');
  expect(task.change?.stats.files).toBe(1);
  await workshop.call('tasks.reject', { id });
});

/** Runs a task until its first failure and cancels what would be retried. */
async function failureOf(engine: EngineSpec, where = repo): Promise<Failure> {
  const { id } = await workshop.call('tasks.create', { repo: where, title: 'Goes wrong', engine });
  const { event } = await workshop.untilEvent(
    (stored) => stored.event.type === 'task.failed' && stored.event.taskId === id,
  );
  if (event.type !== 'task.failed') throw new Error('not a failure');
  await workshop.call('tasks.cancel', { id });
  const { code, message, attemptId, retryAt } = event;
  return { code, message, attemptId, retryAt };
}

test('an engine that is not there', async () => {
  const failure = await failureOf({ kind: 'command', run: 'no-such-engine-here --fix' });
  expect(failure).toMatchObject({ code: 'engine_missing', retryAt: null });
  expect(failure.message).toContain('no-such-engine-here');
});

test('an engine that exits with 1 says its last words', async () => {
  const failure = await failureOf({ kind: 'command', run: 'echo the model is confused; exit 1' });
  expect(failure.code).toBe('engine_failed');
  expect(failure.message).toContain('the model is confused');
  expect(failure.retryAt).not.toBeNull();
});

test('an engine that changes nothing', async () => {
  expect(await failureOf({ kind: 'command', run: 'true' })).toMatchObject({ code: 'no_changes' });
});

test('an engine that prints a gigabyte', async () => {
  const failure = await failureOf({
    kind: 'command',
    run: 'yes "many words" | head -c 1000000000',
  });
  expect(failure).toMatchObject({ code: 'engine_output_limit', retryAt: null });
});

test('an engine that never ends and is silent', async () => {
  const failure = await failureOf({ kind: 'command', run: 'tail -f /dev/null' });
  expect(failure.code).toBe('engine_timed_out');
  expect(processesOf(workshop.dir).filter((line) => line.includes('tail -f'))).toEqual([]);
});

test('an engine that never ends and talks on', async () => {
  const failure = await failureOf({
    kind: 'command',
    run: 'while :; do echo thinking; sleep 1; done',
  });
  expect(failure.code).toBe('engine_timed_out');
});

test('tests that hang', async () => {
  const hanging = makeRepo(path.join(scratch, 'hanging'), {
    '.koubou.yaml': 'test: tail -f /dev/null\n',
  });
  expect(await failureOf(QUICK_ENGINE, hanging)).toMatchObject({ code: 'tests_timed_out' });
});

test('tests that fail say what they printed', async () => {
  const failing = makeRepo(path.join(scratch, 'failing'), {
    '.koubou.yaml': 'test: echo expected 1, got 2; exit 3\n',
  });
  const failure = await failureOf(QUICK_ENGINE, failing);
  expect(failure.code).toBe('tests_failed');
  expect(failure.message).toContain('expected 1, got 2');
});

test('a configuration that is no configuration', async () => {
  const wrong = makeRepo(path.join(scratch, 'wrong'), { '.koubou.yaml': 'tset: npm test\n' });
  const failure = await failureOf(QUICK_ENGINE, wrong);
  expect(failure).toMatchObject({ code: 'config_invalid', retryAt: null });
  expect(failure.message).toContain('tset');
});

test('a disk that is full', async () => {
  const failure = await failureOf({ kind: 'command', run: 'cat /dev/zero > filler' });
  expect(failure.code).toBe('agent_disk_full');
});
