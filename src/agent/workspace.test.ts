/** Work trees: what the next attempt finds in them, what they do not share, and that no work in them is ever lost. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { makeCheckpoint, pushCheckpoint } from './checkpoint.ts';
import { startCleanup, type Cleaned } from './cleanup.ts';
import { systemClock } from './clock.ts';
import { promptFor } from './prompt.ts';
import { pushBranch } from './push.ts';
import { gitIn, openTrees, put, type Trees } from './testing/trees.ts';
import { createWorkspaces, type Workspace, type Workspaces } from './workspace.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const DAY = 24 * 60 * 60_000;
const ANALYSIS = { files: 1, languages: [], config: {}, plan: null };

let trees: Trees;
let workspaces: Workspaces;

beforeEach(async () => {
  trees = await openTrees({ 'notes.txt': 'one\ntwo\nthree\nfour\nfive\n', 'b.txt': 'b\n' });
  workspaces = await trees.open();
});

afterEach(async () => {
  await workspaces.close();
  await trees.close();
});

async function save(tree: Workspace, spec: AttemptSpec): Promise<string> {
  const commit = await makeCheckpoint(trees.checkpointOf(tree, spec));
  if (commit === null) throw new Error('nothing to save');
  await pushCheckpoint({ ...trees.pushOf(tree, spec), commit });
  return commit;
}

/** An attempt that changes files, saves them, and is over. */
async function earlier(files: Record<string, string>): Promise<NonNullable<AttemptSpec['work']>> {
  const spec = trees.spec('task-1.1');
  const tree = await trees.start(workspaces, spec);
  put(tree.repo, files);
  const commit = await save(tree, spec);
  await workspaces.release(spec);
  return { attemptId: spec.attemptId, branch: spec.workBranch, commit, use: 'continue' };
}

async function clean(keepDays: number): Promise<Cleaned & { told: string[] }> {
  const told: string[] = [];
  const removed: string[] = [];
  const cleanup = startCleanup({
    dir: trees.dir,
    workspaces,
    clock: { ...systemClock, now: () => trees.now.ms },
    keepDays,
    minFreeBytes: 0,
    log: (message) => void removed.push(...(/^removed (.*): /.exec(message)?.slice(1) ?? [])),
    onRefused: ({ path: place }) => told.push(place),
  });
  const { refused } = await cleanup.run();
  await cleanup.close();
  return { removed, refused, told };
}

const status = (repo: string): string => gitIn(repo, 'status', '--porcelain');

test('an interrupted attempt is gone on from, as uncommitted changes', async () => {
  const work = await earlier({ 'notes.txt': 'ONE\ntwo\nthree\nfour\nfive\n', 'new.txt': 'new\n' });
  const spec = trees.spec('task-1.2', { work });
  const tree = await trees.start(workspaces, spec);
  expect(tree.how).toContain('goes on from what task-1.1 had done');
  expect(tree.patch).toBeNull();
  expect(status(tree.repo)).toBe('M notes.txt\n?? new.txt');
  expect(gitIn(tree.repo, 'rev-parse', 'HEAD')).toBe(tree.start);
  expect(promptFor(spec, ANALYSIS, null)).toContain('lies in the work tree');
  // Given back untouched, nothing is lost with it.
  await workspaces.release(spec);
  await workspaces.close();
  expect(workspaces.kept()).toEqual([]);
});

test('…also when the branch moved on meanwhile; where it does not fit, as a patch', async () => {
  const work = await earlier({ 'notes.txt': 'ONE\ntwo\nthree\nfour\nfive\n' });
  trees.advance({ 'notes.txt': 'one\ntwo\nthree\nfour\nFIVE\n' });
  const merged = await trees.start(workspaces, trees.spec('task-1.2', { work }));
  expect(readFileSync(path.join(merged.repo, 'notes.txt'), 'utf8')).toBe(
    'ONE\ntwo\nthree\nfour\nFIVE\n',
  );
  trees.advance({ 'notes.txt': 'eins\ntwo\nthree\nfour\nFIVE\n' });
  const spec = trees.spec('task-1.3', { work });
  const unfit = await trees.start(workspaces, spec);
  expect(unfit.how).toContain('does not fit');
  expect(status(unfit.repo)).toBe('');
  expect(readFileSync(unfit.patch ?? '', 'utf8')).toContain('+ONE');
  expect(promptFor(spec, ANALYSIS, unfit.patch)).toContain(unfit.patch);
});

test('a failed attempt is shown to the engine, within bounds', async () => {
  const line = 'words and more words\n';
  const work = await earlier({ 'a.txt': 'tried\n', 'z.txt': line.repeat(100_000) });
  const spec = trees.spec('task-1.2', {
    work: { ...work, use: 'context' },
    lastFailure: 'a test failed',
  });
  const tree = await trees.start(workspaces, spec);
  expect(status(tree.repo)).toBe('');
  const patch = readFileSync(tree.patch ?? '', 'utf8');
  expect(patch.length).toBeLessThanOrEqual(1024 * 1024);
  expect(patch).toContain('+tried');
  expect(patch).toContain(`git show ${work.commit}`);
  expect(gitIn(tree.repo, 'show', `${work.commit}:a.txt`)).toBe('tried');
  const prompt = promptFor(spec, ANALYSIS, tree.patch);
  expect(prompt).toContain('a test failed');
  expect(prompt).toContain(tree.patch);
});

test('work that is gone from the coordinator is done without', async () => {
  const work = { ...(await earlier({ 'a.txt': 'a\n' })), commit: '1'.repeat(40) };
  const tree = await trees.start(workspaces, trees.spec('task-1.2', { work }));
  expect(tree.how).toContain('what task-1.1 had done is not there any more');
});

test('trees share neither stash, branches nor configuration, and see the branches of the repository', async () => {
  const one = await trees.start(workspaces, trees.spec('task-1.1'));
  const two = await trees.start(workspaces, trees.spec('task-2.1'));
  put(one.repo, { 'notes.txt': 'stashed\n' });
  gitIn(one.repo, 'stash');
  gitIn(one.repo, 'branch', 'mine');
  gitIn(one.repo, 'config', 'x.y', 'z');
  expect(gitIn(one.repo, 'stash', 'list')).not.toBe('');
  expect(gitIn(two.repo, 'stash', 'list')).toBe('');
  expect(gitIn(two.repo, 'branch', '--list', 'mine')).toBe('');
  expect(readFileSync(path.join(trees.mirror, 'config'), 'utf8')).not.toContain('z');
  expect(gitIn(two.repo, 'rev-parse', 'origin/main')).toBe(two.start);
});

test('a mirror is not touched while a tree borrows from it, and put in order when none does', async () => {
  const first = trees.spec('task-1.1').repo.baseCommit;
  // One pack for each time that something was fetched.
  for (let i = 0; i <= 31; i++) {
    trees.advance({ 'b.txt': `${i}\n` });
    const spec = trees.spec(`task-${i + 10}.1`);
    await trees.start(workspaces, spec);
    gitIn(trees.mirror, 'repack', '-q', '-d');
    await workspaces.release(spec);
  }
  const packs = (): number =>
    readdirSync(path.join(trees.mirror, 'objects/pack')).filter((name) => name.endsWith('.pack'))
      .length;
  expect(packs()).toBeGreaterThan(30);
  const { repo } = trees.spec('task-1.1');
  const spec = trees.spec('task-1.1', { repo: { ...repo, baseCommit: first } });
  const tree = await trees.start(workspaces, spec);
  // Nobody else has what it stands on: a base that was moved back, say.
  gitIn(trees.mirror, 'update-ref', '-d', 'refs/remotes/origin/main');
  await workspaces.maintain();
  expect(packs()).toBeGreaterThan(30);
  expect(gitIn(tree.repo, 'fsck', '--connectivity-only', '--no-dangling', 'HEAD')).toBe('');
  await workspaces.release(spec);
  await workspaces.close();
  await workspaces.maintain();
  expect(packs()).toBeLessThan(2);
});

test('what is not safe is kept, with why, also over a restart; then used again when it is', async () => {
  const spec = trees.spec('task-1.1');
  const tree = await trees.start(workspaces, spec);
  put(tree.repo, { 'work.txt': 'work\n' });
  await workspaces.release(spec);
  await workspaces.close();
  const kept = { attemptId: spec.attemptId, path: tree.repo, why: 'changes that were not pushed' };
  expect(workspaces.kept()).toEqual([kept]);
  workspaces = await trees.open();
  expect(workspaces.kept()).toEqual([kept]);
  trees.now.ms += 100 * DAY;
  const cleaned = await clean(7);
  expect(cleaned).toMatchObject({ removed: [], refused: [kept], told: [tree.repo] });
  await save(tree, spec);
  await workspaces.review();
  await workspaces.close();
  expect(workspaces.kept()).toEqual([]);
  const next = await trees.start(workspaces, trees.spec('task-2.1'));
  expect(next.how).toContain('taken over');
  expect(status(next.repo)).toBe('');
});

test('a stash is work too; what is unwanted is not; what followed a pushed change is litter', async () => {
  const stashed = trees.spec('task-1.1');
  const one = await trees.start(workspaces, stashed);
  put(one.repo, { 'notes.txt': 'stashed\n' });
  gitIn(one.repo, 'stash');
  const called = trees.spec('task-2.1');
  const two = await trees.start(workspaces, called);
  put(two.repo, { 'notes.txt': 'unwanted\n' });
  const done = trees.spec('task-3.1');
  const three = await trees.start(workspaces, done);
  put(three.repo, { 'notes.txt': 'done\n' });
  const commit = (await makeCheckpoint(trees.checkpointOf(three, done))) ?? '';
  const { coordinator } = trees.pushOf(three, done);
  await pushBranch(three.repo, commit, done, { git: trees.git, coordinator, signal: trees.signal });
  put(three.repo, { 'coverage.txt': 'litter\n' });
  await workspaces.release(stashed);
  await workspaces.release({ ...called, unwanted: true });
  await workspaces.release(done);
  await workspaces.close();
  expect(workspaces.kept().map(({ attemptId, why }) => `${attemptId} ${why}`)).toEqual([
    'task-1.1 commits that were not pushed: refs/stash',
  ]);
});

test('an attempt that is found again keeps its tree; halves and old layouts go', async () => {
  const spec = trees.spec('task-1.1');
  const tree = await trees.start(workspaces, spec);
  put(tree.repo, { 'work.txt': 'work\n' });
  const tasks = path.join(trees.dir, 'tasks');
  put(path.join(tasks, 'task-7/repo'), { '.git': `gitdir: ${trees.mirror}/worktrees/repo\n` });
  mkdirSync(path.join(tasks, 'task-8.1'));
  put(path.join(tasks, 'task-9.1.gone/repo'), { 'half.txt': 'half\n' });
  workspaces = await trees.open();
  expect(workspaces.kept()).toHaveLength(1);
  workspaces = await reopenWith(spec);
  expect(workspaces.kept()).toEqual([]);
  expect(readFileSync(path.join(tree.repo, 'work.txt'), 'utf8')).toBe('work\n');
  expect(readdirSync(tasks)).toEqual(['task-1.1']);
});

/** As an agent does that finds the attempt still running. */
async function reopenWith({ attemptId, taskId, branch, repo }: AttemptSpec): Promise<Workspaces> {
  const { dir, git } = trees;
  const again = createWorkspaces({
    dir,
    git,
    coordinator: '',
    boot: 'this',
    now: () => 0,
    warn: () => {},
  });
  await again.adopt({ attemptId, taskId, branch, repoKey: repo.key });
  await again.open();
  return again;
}

test('an attempt that ends while it is given a tree leaves the tree, and no folder of its own', async () => {
  const first = trees.spec('task-1.1');
  await trees.start(workspaces, first);
  await workspaces.release(first);
  const ended = trees.spec('task-2.1');
  await workspaces.claim(ended);
  // Another base has to be fetched, which an attempt that is over does not wait for.
  const base = { ...ended, repo: { ...ended.repo, baseCommit: 'f'.repeat(40) } };
  await expect(workspaces.acquire(base, AbortSignal.abort())).rejects.toThrow('aborted');
  await workspaces.release(ended);
  await workspaces.close();
  expect(readdirSync(path.join(trees.dir, 'tasks'))).toEqual(['task-1.1']);
});

test('what was not used for long goes, oldest first; what is used stays', async () => {
  const spec = trees.spec('task-1.1');
  const tree = await trees.start(workspaces, spec);
  trees.now.ms += 8 * DAY;
  expect((await clean(7)).removed).toEqual([]);
  await workspaces.release(spec);
  await workspaces.close();
  expect((await clean(7)).removed).toEqual([]);
  trees.now.ms += 8 * DAY;
  expect((await clean(7)).removed).toEqual([tree.repo, trees.mirror]);
  expect(existsSync(trees.mirror)).toBe(false);
});

/** What one step of a random history does to the attempt that is open, or to all. */
const STEPS = [
  'write',
  'commit',
  'branch',
  'stash',
  'save',
  'release',
  'clean',
  'restart',
] as const;

test('no change is ever lost that was not pushed', async () => {
  let number = 100;
  let token = 0;
  const step = fc.constantFrom(...STEPS, 'write', 'save');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      const written: string[] = [];
      let open: { tree: Workspace; spec: AttemptSpec } | null = null;
      for (const what of steps) {
        if (!open) {
          const spec = trees.spec(`task-${(number += 1)}.1`);
          open = { spec, tree: await trees.start(workspaces, spec) };
        }
        const { tree, spec } = open;
        if (what === 'release' || what === 'restart') open = null;
        if (what === 'release') await workspaces.release(spec);
        if (what === 'restart') workspaces = await trees.open();
        if (what === 'clean') {
          trees.now.ms += 100 * DAY;
          await clean(7);
        }
        if (what === 'save') await save(tree, spec).catch(() => {});
        if (what === 'write') {
          const name = `token-${(token += 1)}`;
          written.push(name);
          put(tree.repo, { [`${name}.txt`]: `${name}\n` });
        }
        if (what !== 'commit' && what !== 'branch' && what !== 'stash') continue;
        gitIn(tree.repo, 'add', '-A');
        if (what === 'stash') gitIn(tree.repo, 'stash');
        else gitIn(tree.repo, 'commit', '--allow-empty', '-qm', what);
        if (what === 'branch') gitIn(tree.repo, 'checkout', '-q', '-B', `b${token}`, tree.start);
      }
      if (open) await workspaces.release(open.spec);
      await workspaces.close();
      await clean(0);
      const there = everything();
      expect(written.filter((name) => !there.has(name))).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

/** The tokens in any commit at the coordinator, or in any tree of the agent: as files or in commits. */
function everything(): Set<string> {
  const found = new Set<string>();
  const add = (names: string): void => {
    for (const [, name] of names.matchAll(/(token-\d+)\.txt/g)) found.add(name ?? '');
  };
  const log = ['log', '--all', '--reflog', '--format=', '--name-only', '-m', '--root'];
  add(trees.remote('log', '--all', '--format=', '--name-only'));
  const tasks = path.join(trees.dir, 'tasks');
  for (const name of readdirSync(tasks)) {
    const repo = path.join(tasks, name, 'repo');
    add(readdirSync(repo).join('\n'));
    add(gitIn(repo, ...log));
  }
  return found;
}

test('a tree whose folder was removed by hand is forgotten', async () => {
  const spec = trees.spec('task-1.1');
  const tree = await trees.start(workspaces, spec);
  put(tree.repo, { 'work.txt': 'work\n' });
  await workspaces.release(spec);
  await workspaces.close();
  rmSync(path.dirname(tree.repo), { recursive: true });
  await clean(7);
  expect(workspaces.kept()).toEqual([]);
});
