/** The sample shop: the same history for everybody, with one test that fails and a repair that works. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeSampleRepo } from './demo-repo.ts';

const RESOURCES = path.resolve(import.meta.dirname, '../../../resources');

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-demo-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function git(repo: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: repo, encoding: 'utf8' }).trim();
}

test('it has the same commits every time', async () => {
  const first = await makeSampleRepo(RESOURCES, dir);
  const second = await makeSampleRepo(RESOURCES, dir);
  expect([first, second]).toEqual([path.join(dir, 'sample-1'), path.join(dir, 'sample-2')]);
  expect(git(first, 'rev-parse', 'HEAD')).toBe(git(second, 'rev-parse', 'HEAD'));
  expect(git(first, 'status', '--porcelain')).toBe('');
  const log = git(first, 'log', '--reverse', '--format=%an: %s').split('\n');
  expect(log).toHaveLength(6);
  expect(log.at(-1)).toBe('Lena Brandt: Show that a discount counts only once per line');
});

test('every file of the sample is in its history', async () => {
  const repo = await makeSampleRepo(RESOURCES, dir);
  const shop = git(RESOURCES, 'ls-files', '--others', '--cached', 'sample/shop').split('\n');
  const inRepo = git(repo, 'ls-files').split('\n');
  expect(inRepo).toEqual(shop.map((file) => file.replace('sample/shop/', '')).toSorted());
});

test('one test fails, and the engine repairs exactly that', async () => {
  const repo = await makeSampleRepo(RESOURCES, dir);
  // The runner must not take the shop's tests for its own.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = (...args: string[]) =>
    spawnSync(process.execPath, args, {
      cwd: repo,
      env,
      encoding: 'utf8',
      input: readFileSync(path.join(RESOURCES, 'sample/issue.md')),
    });
  const before = run('--test', '--test-reporter=tap');
  expect(before.stdout).toContain('# fail 1');
  expect(before.stdout).toMatch(/not ok \d+ - a discount counts for every piece/);
  const engine = run(path.join(RESOURCES, 'sample/engine.mjs'));
  expect(engine.stdout).toContain('savedOnLine');
  expect(engine.status).toBe(0);
  expect(git(repo, 'diff', '--numstat')).toBe('1\t1\tsrc/discount.js');
  expect(run('--test').status).toBe(0);
}, 60_000);
