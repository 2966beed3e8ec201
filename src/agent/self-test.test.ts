/** The self-test on real git and in a real terminal: what it tells, and that nothing of it stays. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SELF_TEST_FILE, selfTestAnswer } from '../shared/self-test.ts';
import { systemClock } from './clock.ts';
import { readEnvironment } from './config.ts';
import { createGit } from './git.ts';
import { runSelfTest, selfTestFolder, type SelfTestDeps } from './self-test.ts';
import { GIT_TOKEN, TestCoordinator } from './testing/coordinator.ts';
import { makeRepo } from './testing/fixture.ts';

const ORDER = {
  id: 'a1',
  repoPath: '/git/self-test.git',
  branch: 'self-test/a1',
  gitToken: GIT_TOKEN,
};

let scratch: string;
let dir: string;
let coordinator: TestCoordinator;
let deps: SelfTestDeps;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-self-test-'));
  dir = path.join(scratch, 'agent');
  makeRepo(path.join(scratch, 'source'), { [SELF_TEST_FILE]: 'before\n' });
  coordinator = await TestCoordinator.start(path.join(scratch, 'repos'));
  coordinator.addRepo('self-test', path.join(scratch, 'source'));
  const environment = readEnvironment();
  const { url } = coordinator;
  deps = { dir, coordinator: url, git: createGit(environment), environment, clock: systemClock };
});
afterEach(async () => {
  await coordinator.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('each step passes, what was asked for is pushed, and the folder is empty again', async () => {
  const steps = await runSelfTest(ORDER, deps);
  expect(steps.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
    'disk true',
    'fetch true',
    'terminal true',
    'test true',
    'commit true',
    'push true',
  ]);
  const file = `refs/heads/${ORDER.branch}:${SELF_TEST_FILE}`;
  expect(coordinator.git('self-test', 'show', file)).toBe(selfTestAnswer('a1').trim());
  expect([...coordinator.gitUsers]).toContain(`self-test-a1:${GIT_TOKEN}`);
  expect(readdirSync(selfTestFolder(dir))).toEqual([]);
});

test.each([
  ['a token that is wrong', { gitToken: 'wrong' }, {}, 'fetch'],
  ['a repository that is not there', { repoPath: '/git/other.git' }, {}, 'fetch'],
  ['no program for anything', {}, { environment: { PATH: '/nowhere' } }, 'terminal'],
])('with %s it ends at that step, and says why', async (_, order, changes, name) => {
  const steps = await runSelfTest({ ...ORDER, ...order }, { ...deps, ...changes });
  expect(steps.at(-1)).toMatchObject({ name, ok: false });
  expect(steps.at(-1)?.message).not.toBe('');
  expect(readdirSync(selfTestFolder(dir))).toEqual([]);
});

test('ended from outside, it says so', async () => {
  const signal = AbortSignal.abort(new Error('the agent ended'));
  const steps = await runSelfTest(ORDER, { ...deps, signal });
  expect(steps.at(-1)).toMatchObject({ name: 'fetch', ok: false, message: 'the agent ended' });
});
