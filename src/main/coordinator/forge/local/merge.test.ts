import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { repoKeyOf } from '../repo-key.ts';
import type { LocalForge } from './local-forge.ts';
import {
  openTestForge,
  pushChange,
  reviewed,
  scratch,
  type Reviewed,
  type Scratch,
} from './testing.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const NOW = 1_800_000_000_000;
const FILES = { 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n' };

let s: Scratch;
let forge: LocalForge;

beforeEach(() => {
  s = scratch();
  forge = openTestForge(s);
});
afterEach(async () => {
  await forge.close();
  s[Symbol.dispose]();
});

async function change(
  url: string,
  files: Readonly<Record<string, string | null>>,
  base = 'main',
): Promise<Reviewed> {
  return (await pushChange(s, forge, url, files, { base })).task;
}

function status(repo: string): string {
  return s.git(repo, 'status', '--porcelain');
}

describe('merge into a checkout', () => {
  test('fast-forwards branch, index and files', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, {
      'a.txt': 'one\n2\nthree\n',
      'c/d.txt': 'new',
      'b.txt': null,
    });
    const merged = await forge.merge(task, NOW);
    expect(merged).toEqual({
      state: 'merged',
      at: NOW,
      commit: task.change.commit,
      how: 'fast_forward',
    });
    expect(s.git(repo, 'rev-parse', 'main')).toBe(task.change.commit);
    expect(status(repo)).toBe('');
    expect(readFileSync(path.join(repo, 'c/d.txt'), 'utf8')).toBe('new');
    expect(await forge.merge(task, NOW)).toMatchObject({ state: 'merged', how: 'already_merged' });
  });

  test('makes a merge commit where the base has moved, by whoever commits there', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, { 'a.txt': 'one\n2\nthree\n' });
    const moved = s.commit(repo, { 'b.txt': 'B\n' });
    const merged = await forge.merge(task, NOW);
    expect(merged).toMatchObject({ state: 'merged', how: 'merge_commit' });
    const said = s.git(repo, 'log', '-1', '--format=%P|%an <%ae>|%at|%B', 'main');
    expect(said).toBe(
      `${moved} ${task.change.commit}|Ada <ada@example.org>|${NOW / 1000}|Merge koubou/task-7-fix-it: Fix it\n\nTask: task-7`,
    );
    expect(status(repo)).toBe('');
    expect(readFileSync(path.join(repo, 'a.txt'), 'utf8')).toBe('one\n2\nthree\n');
    expect(await forge.merge(task, NOW)).toMatchObject({ how: 'already_merged' });
  });

  test('refuses a conflict and names the files', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, { 'a.txt': 'one\n2\nthree\n', 'b.txt': 'bee\n' });
    const moved = s.commit(repo, { 'a.txt': 'one\nzwei\nthree\n', 'b.txt': 'be\n' });
    expect(await forge.merge(task, NOW)).toMatchObject({
      state: 'refused',
      at: NOW,
      files: ['a.txt', 'b.txt'],
    });
    expect(s.git(repo, 'rev-parse', 'main')).toBe(moved);
    expect(status(repo)).toBe('');
  });

  test('never overwrites what is not committed, tracked or not', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, { 'a.txt': 'one\n2\nthree\n', 'new.txt': 'from the agent' });
    const before = s.git(repo, 'rev-parse', 'main');
    writeFileSync(path.join(repo, 'a.txt'), 'mine');
    expect(await forge.merge(task, NOW)).toMatchObject({ state: 'refused', files: ['a.txt'] });
    s.git(repo, 'add', 'a.txt');
    expect(await forge.merge(task, NOW)).toMatchObject({ state: 'refused', files: ['a.txt'] });
    s.git(repo, 'reset', '-q', '--hard');
    writeFileSync(path.join(repo, 'new.txt'), 'mine');
    expect(await forge.merge(task, NOW)).toMatchObject({ state: 'refused', files: ['new.txt'] });
    expect(s.git(repo, 'rev-parse', 'main')).toBe(before);
    expect(readFileSync(path.join(repo, 'new.txt'), 'utf8')).toBe('mine');
    expect(status(repo)).toBe('?? new.txt');
  });

  test('leaves other work that is not committed as it is', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, { 'a.txt': 'one\n2\nthree\n' });
    writeFileSync(path.join(repo, 'b.txt'), 'mine');
    writeFileSync(path.join(repo, 'notes.txt'), 'mine');
    expect(await forge.merge(task, NOW)).toMatchObject({ how: 'fast_forward' });
    expect(
      status(repo)
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['M b.txt', '?? notes.txt']);
  });

  test('goes on after a power failure left files of the merge behind', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, {
      'a.txt': 'one\n2\nthree\n',
      'new.txt': 'new',
      'b.txt': null,
    });
    writeFileSync(path.join(repo, 'a.txt'), 'one\n2\nthree\n');
    writeFileSync(path.join(repo, 'new.txt'), 'new');
    expect(await forge.merge(task, NOW)).toMatchObject({ how: 'fast_forward' });
    expect(status(repo)).toBe('');
    expect(s.git(repo, 'rev-parse', 'HEAD')).toBe(task.change.commit);
  });

  test('runs no hooks, and obeys no configuration that would change the merge', async () => {
    const repo = s.repo('shop', FILES);
    const marker = path.join(s.dir, 'hook ran');
    for (const hook of ['post-merge', 'reference-transaction', 'pre-merge-commit']) {
      writeFileSync(path.join(repo, '.git/hooks', hook), `#!/bin/sh\ntouch '${marker}'\n`, {
        mode: 0o755,
      });
    }
    s.git(repo, 'config', 'merge.verifySignatures', 'true');
    s.git(repo, 'config', 'merge.ff', 'false');
    s.git(repo, 'config', 'fetch.prune', 'true');
    const task = await change(repo, { 'a.txt': '1\n' });
    expect(await forge.merge(task, NOW)).toMatchObject({ how: 'fast_forward' });
    expect(existsSync(marker)).toBe(false);
  });
});

describe('merge elsewhere', () => {
  test('into a branch that is not checked out', async () => {
    const repo = s.repo('shop', FILES);
    s.git(repo, 'checkout', '-q', '-b', 'other');
    writeFileSync(path.join(repo, 'a.txt'), 'mine');
    const task = await change(repo, { 'a.txt': 'one\n2\nthree\n' });
    expect(await forge.merge(task, NOW)).toMatchObject({ how: 'fast_forward' });
    expect(s.git(repo, 'rev-parse', 'main')).toBe(task.change.commit);
    expect(readFileSync(path.join(repo, 'a.txt'), 'utf8')).toBe('mine');
    expect(s.git(repo, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('other');
  });

  test('into a branch that an added work tree has checked out', async () => {
    const repo = s.repo('shop', FILES);
    s.git(repo, 'branch', 'next');
    s.git(repo, 'worktree', 'add', '-q', '../next', 'next');
    const task = await change(repo, { 'a.txt': '2\n' }, 'next');
    expect(await forge.merge(task, NOW)).toMatchObject({ how: 'fast_forward' });
    expect(readFileSync(path.join(s.dir, 'next/a.txt'), 'utf8')).toBe('2\n');
    expect(status(path.join(s.dir, 'next'))).toBe('');
    expect(s.git(repo, 'rev-parse', 'main')).toBe(task.change.baseCommit);
  });

  test('not into a branch in the middle of a rebase', async () => {
    const repo = s.repo('shop', FILES);
    s.git(repo, 'checkout', '-q', '-b', 'other');
    s.commit(repo, { 'a.txt': 'theirs\n' });
    s.git(repo, 'checkout', '-q', 'main');
    s.commit(repo, { 'a.txt': 'ours\n' });
    const task = await change(repo, { 'b.txt': 'B\n' });
    expect(() => s.git(repo, 'rebase', 'other')).toThrow('conflict');
    expect(await forge.merge(task, NOW)).toMatchObject({ state: 'refused', files: [] });
    s.git(repo, 'rebase', '--abort');
    expect(await forge.merge(task, NOW)).toMatchObject({ state: 'merged' });
  });

  test('into a bare repository, after its base moved', async () => {
    const repo = s.repo('shop', FILES);
    const bare = s.bare('shop.git', repo);
    const task = await change(bare, { 'a.txt': 'one\n2\nthree\n' });
    s.commit(repo, { 'b.txt': 'B\n' });
    s.git(repo, 'push', '-q', bare, 'main');
    const merged = await forge.merge(task, NOW);
    expect(merged).toMatchObject({ state: 'merged', how: 'merge_commit' });
    expect(merged.state === 'merged' && merged.commit).toBe(s.git(bare, 'rev-parse', 'main'));
  });

  test('changes of one repository that are approved at once, one after the other', async () => {
    const repo = s.repo('shop', FILES);
    const one = await change(repo, { 'a.txt': 'one\n2\nthree\n' });
    const two = await change(repo, { 'b.txt': 'B\n' });
    const both = await Promise.all([forge.merge(one, NOW), forge.merge(two, NOW)]);
    expect(both.map((merge) => merge.state === 'merged' && merge.how)).toEqual([
      'fast_forward',
      'merge_commit',
    ]);
    expect(status(repo)).toBe('');
  });

  test('a repository that is gone is a refusal', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, { 'a.txt': '2\n' });
    s.git(s.dir, 'clone', '-q', repo, 'copy');
    s.commit(repo, { 'a.txt': null });
    expect(
      await forge.merge({ ...task, repo: { url: path.join(s.dir, 'gone'), base: 'main' } }, NOW),
    ).toMatchObject({
      state: 'refused',
      files: [],
    });
    const lost = reviewed(repo, { commit: '1'.repeat(40), baseCommit: task.change.baseCommit });
    expect(await forge.merge(lost, NOW)).toMatchObject({ state: 'refused' });
  });
});

describe('diff', () => {
  test('lists what changed, however odd', async () => {
    const odd = 'odd\tna me\n"q" ü.txt';
    const text = Array.from({ length: 50 }, (_, i) => `line ${i}\n`).join('');
    const repo = s.repo('shop', { [odd]: 'a\n', 'old.txt': text, 'gone.bin': 'a\0b', same: '' });
    const task = await change(repo, {
      [odd]: 'b\n',
      'old.txt': null,
      'new.txt': `${text}more\n`,
      'gone.bin': null,
    });
    s.commit(repo, { same: 'moved on\n' });
    const diff = await forge.diff(task);
    if (!diff.ok) throw new Error(diff.error.message);
    const { files, ...rest } = diff.value;
    expect(rest).toEqual({
      branch: task.change.branch,
      base: 'main',
      commit: task.change.commit,
      tests: task.change.tests,
      stats: { files: 3, insertions: 2, deletions: 1 },
      truncated: false,
    });
    const plain = { oldPath: null, binary: false, truncated: false };
    expect(files.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      {
        ...plain,
        path: 'gone.bin',
        status: 'deleted',
        insertions: 0,
        deletions: 0,
        binary: true,
        patch: '',
      },
      {
        ...plain,
        path: 'new.txt',
        oldPath: 'old.txt',
        status: 'renamed',
        insertions: 1,
        deletions: 0,
        patch: '@@ -48,3 +48,4 @@ line 46\n line 47\n line 48\n line 49\n+more\n',
      },
      {
        ...plain,
        path: odd,
        status: 'modified',
        insertions: 1,
        deletions: 1,
        patch: '@@ -1 +1 @@\n-a\n+b\n',
      },
    ]);
    await forge.merge(task, NOW);
    expect(await forge.diff(task)).toEqual(diff);
  });

  test('is bounded in files and in bytes, and still counts all', async () => {
    const repo = s.repo('shop', FILES);
    const many = Object.fromEntries(Array.from({ length: 310 }, (_, i) => [`m/${i}`, 'x\n']));
    const task = await change(repo, {
      ...many,
      '0-large': 'y'.repeat(99).concat('\n').repeat(3_000),
      '1-wide': 'z'.repeat(300_000),
    });
    const diff = await forge.diff(task);
    if (!diff.ok) throw new Error(diff.error.message);
    expect(diff.value).toMatchObject({ truncated: true, stats: { files: 312, insertions: 3_311 } });
    expect(diff.value.files).toHaveLength(300);
    const [large, wide, next] = diff.value.files;
    expect(large).toMatchObject({ truncated: true, insertions: 3_000 });
    expect(large?.patch.length).toBeLessThanOrEqual(200_000);
    expect(large?.patch.endsWith('y\n')).toBe(true);
    expect(wide).toMatchObject({ truncated: true });
    expect(next).toMatchObject({ truncated: false, patch: '@@ -0,0 +1 @@\n+x\n' });
    expect(diff.value.files.at(-1)?.patch).toBe('@@ -0,0 +1 @@\n+x\n');
  });

  test('of a change that is gone says so', async () => {
    const repo = s.repo('shop', FILES);
    const task = await change(repo, { 'a.txt': '2\n' });
    const lost = reviewed(repo, { commit: '1'.repeat(40), baseCommit: task.change.baseCommit });
    expect(await forge.diff(lost)).toMatchObject({ error: { code: 'branch_not_found' } });
    expect(await forge.diff(reviewed('/elsewhere', task.change))).toMatchObject({
      error: { code: 'repo_not_found' },
    });
  });
});

test('keys are readable, valid, and differ for different repositories', () => {
  for (const url of [
    pathToFileURL('/x/Shop API.git').href,
    '/',
    'git@host:ada/shop.git',
    'https://h/ü/日本',
  ]) {
    expect(repoKeyOf(url)).toMatch(/^[a-z0-9][a-z0-9._-]{0,99}$/);
  }
  expect(repoKeyOf('git@host:ada/shop.git')).toMatch(/^shop-[0-9a-f]{10}$/);
  expect(repoKeyOf('/x/shop/')).toBe(repoKeyOf('/x/shop'));
  expect(repoKeyOf('/x/shop')).not.toBe(repoKeyOf('/y/shop'));
});
