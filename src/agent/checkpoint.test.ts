/** Work in progress is committed beside the branch whatever the engine is doing, and arrives at the coordinator. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { applyChange } from './apply.ts';
import { makeCheckpoint, pushCheckpoint } from './checkpoint.ts';
import { StepFailure } from './failure.ts';
import { keepWork } from './keep.ts';
import { pushBranch } from './push.ts';
import { gitIn, openTrees, put, type Trees } from './testing/trees.ts';
import type { Workspace, Workspaces } from './workspace.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let trees: Trees;
let workspaces: Workspaces;
let spec: AttemptSpec;
let tree: Workspace;

beforeEach(async () => {
  trees = await openTrees({
    'notes.txt': 'first\n',
    'src/a.txt': 'a\n',
    'gone.txt': 'gone\n',
    '.gitignore': '*.log\n',
  });
  workspaces = await trees.open();
  spec = trees.spec('task-1.1');
  tree = await trees.start(workspaces, spec);
});

afterEach(async () => {
  await workspaces.close();
  await trees.close();
});

async function checkpoint(last: string | null = null): Promise<string | null> {
  return await makeCheckpoint({ ...trees.checkpointOf(tree, spec), last });
}

function files(commit: string | null): string {
  return gitIn(tree.repo, 'ls-tree', '-r', '--name-only', commit ?? 'none');
}

/** All that git knows of the tree but objects. */
function state(): string[] {
  const own = path.join(tree.repo, '.git');
  const names = readdirSync(own, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((name) => !name.startsWith(path.join(own, 'objects')));
  return names.toSorted().map((name) => `${name} ${readFileSync(name, 'base64')}`);
}

test('takes everything but what is ignored, and touches nothing of the engine’s', async () => {
  expect(await checkpoint()).toBeNull();
  put(tree.repo, { 'notes.txt': 'second\n', 'deep/er/new.txt': 'new\n', 'noise.log': 'noise\n' });
  rmSync(path.join(tree.repo, 'gone.txt'));
  gitIn(tree.repo, 'add', 'deep');
  gitIn(tree.repo, 'stash', 'push', '-q', '-m', 'mine', 'deep');
  put(tree.repo, { 'deep/er/new.txt': 'new\n', 'staged.txt': 'staged\n' });
  gitIn(tree.repo, 'add', 'staged.txt');
  const before = state();
  const first = await checkpoint();
  expect(state()).toEqual(before);
  expect(files(first)).toBe('.gitignore\ndeep/er/new.txt\nnotes.txt\nsrc/a.txt\nstaged.txt');
  expect(gitIn(tree.repo, 'rev-parse', `${first}^@`)).toBe(tree.start);
  expect(gitIn(tree.repo, 'show', '-s', '--format=%an %s', first ?? '')).toBe(
    'Koubou Work in progress of task-1.1',
  );
  expect(await checkpoint(first)).toBeNull();
  put(tree.repo, { 'notes.txt': 'third!\n' });
  expect(await checkpoint(first)).not.toBeNull();
  expect(await checkpoint('1'.repeat(40))).not.toBeNull();
});

test('goes from the start, whatever the engine committed, merged or checked out', async () => {
  put(tree.repo, { 'one.txt': '1\n' });
  gitIn(tree.repo, 'add', '-A');
  gitIn(tree.repo, 'commit', '-qm', 'By the engine');
  gitIn(tree.repo, 'checkout', '-q', '-b', 'other', tree.start);
  put(tree.repo, { 'one.txt': 'other\n' });
  gitIn(tree.repo, 'add', '-A');
  gitIn(tree.repo, 'commit', '-qm', 'Otherwise');
  expect(() => gitIn(tree.repo, 'merge', '-q', spec.branch)).toThrow('Command failed');
  const conflicted = await checkpoint();
  expect(gitIn(tree.repo, 'rev-parse', `${conflicted}^@`)).toBe(tree.start);
  expect(gitIn(tree.repo, 'show', `${conflicted}:one.txt`)).toContain('<<<<<<<');
  gitIn(tree.repo, 'merge', '--abort');
  gitIn(tree.repo, 'checkout', '-q', '--orphan', 'nothing');
  expect(files(await checkpoint())).toContain('one.txt');
});

test('leaves out what cannot be committed, and says so', async () => {
  put(tree.repo, { 'good.txt': 'good\n', 'huge.bin': '', 'inner/x.txt': 'x\n' });
  truncateSync(path.join(tree.repo, 'huge.bin'), 51 * 1024 * 1024);
  gitIn(path.join(tree.repo, 'inner'), 'init', '-q');
  const server = createServer().listen(path.join(tree.repo, 'a.sock'));
  await once(server, 'listening');
  execFileSync('mkfifo', [path.join(tree.repo, 'pipe')]);
  const commit = await checkpoint();
  server.close();
  expect(files(commit)).toBe('.gitignore\ngone.txt\ngood.txt\nnotes.txt\nsrc/a.txt');
  const message = gitIn(tree.repo, 'show', '-s', '--format=%B', commit ?? '');
  expect(message).toContain('huge.bin (51 MB)');
  expect(message).toContain('inner/ (a repository of its own)');
});

test('is made while files come and go', async () => {
  const churn =
    'while :; do for i in 1 2 3 4 5 6 7 8; do echo $i > churn-$i.txt; done; rm -f churn-*.txt; done';
  const engine = spawn('sh', ['-c', churn], { cwd: tree.repo });
  try {
    for (let i = 0; i < 8; i++) {
      put(tree.repo, { 'steady.txt': `${i}\n` });
      expect(gitIn(tree.repo, 'show', `${await checkpoint()}:steady.txt`)).toBe(String(i));
    }
  } finally {
    engine.kill('SIGKILL');
    await once(engine, 'exit');
  }
});

test('is made although the engine broke or removed the git folder', async () => {
  put(tree.repo, { 'work.txt': 'work\n' });
  writeFileSync(path.join(tree.repo, '.git/index'), 'broken');
  expect(files(await checkpoint())).toContain('work.txt');
  rmSync(path.join(tree.repo, '.git'), { recursive: true });
  expect(files(await checkpoint())).toContain('work.txt');
  rmSync(path.join(tree.repo, '.git'), { recursive: true });
  gitIn(tree.repo, 'init', '-q');
  expect(gitIn(tree.repo, 'rev-parse', `${await checkpoint()}^@`)).toBe(tree.start);
});

test('is made, and committed, although the index names contents that a full disk lost', async () => {
  put(tree.repo, { 'work.txt': 'work\n' });
  gitIn(tree.repo, 'add', 'work.txt');
  const blob = gitIn(tree.repo, 'hash-object', 'work.txt');
  const lose = (): void =>
    rmSync(path.join(tree.repo, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  lose();
  expect(gitIn(tree.repo, 'show', `${await checkpoint()}:work.txt`)).toBe('work');
  lose();
  const { commit } = await applyChange(tree, spec, trees.git, trees.signal);
  expect(gitIn(tree.repo, 'show', `${commit}:work.txt`)).toBe('work');
});

test('arrives at the work branch, through a coordinator that is away for a moment', async () => {
  put(tree.repo, { 'work.txt': 'one\n' });
  const commit = (await checkpoint()) ?? '';
  trees.faults.push({ path: /./, fault: 'away' }, { path: /./, fault: 'away' });
  await pushCheckpoint({ ...trees.pushOf(tree, spec), commit });
  expect(trees.faults).toEqual([]);
  expect(trees.remote('rev-parse', spec.workBranch)).toBe(commit);
});

test('a push whose answer was lost is not done twice', async () => {
  put(tree.repo, { 'work.txt': 'one\n' });
  const commit = (await checkpoint()) ?? '';
  const second = { path: /service=git-receive-pack/, fault: 'away' } as const;
  trees.faults.push({ path: /\.git\/git-receive-pack$/, fault: 'answer_lost' }, second);
  const reflog = path.join(trees.scratch, 'repos/notes-1a2b.git');
  gitIn(reflog, 'config', 'core.logAllRefUpdates', 'always');
  await pushBranch(tree.repo, commit, spec, {
    git: trees.git,
    coordinator: trees.pushOf(tree, spec).coordinator,
    signal: trees.signal,
  });
  expect(trees.faults).toEqual([second]);
  expect(trees.remote('reflog', 'show', spec.branch, '--format=%H')).toBe(commit);
});

test('a push that is refused says what to do, at once', async () => {
  put(tree.repo, { 'work.txt': 'one\n' });
  const commit = (await checkpoint()) ?? '';
  gitIn(path.join(trees.scratch, 'repos/notes-1a2b.git'), 'config', 'http.receivepack', 'false');
  const refused = pushCheckpoint({ ...trees.pushOf(tree, spec), commit });
  await expect(refused).rejects.toMatchObject({ code: 'push_failed' });
  await expect(refused).rejects.toThrow(tree.repo);
});

test('work of an attempt that is over is saved once', async () => {
  const options = { ...trees.checkpointOf(tree, spec), ...trees.pushOf(tree, spec) };
  expect(await keepWork(options)).toBeNull();
  put(tree.repo, { 'work.txt': 'kept\n' });
  const commit = await keepWork(options);
  expect(trees.remote('show', `${spec.workBranch}:work.txt`)).toBe('kept');
  // Its agent was restarted before the coordinator knew.
  expect(await keepWork(options)).toBe(commit);
});

test.skipIf(process.getuid?.() !== 0)(
  'a full or read-only disk is named, and its work saved all the same',
  async () => {
    const mount = (...args: string[]): void =>
      void execFileSync('mount', [...args, 'tmpfs', trees.dir]);
    await workspaces.release({ ...spec, unwanted: true });
    await workspaces.close();
    mount('-t', 'tmpfs', '-o', 'size=12m');
    try {
      workspaces = await trees.open();
      tree = await trees.start(workspaces, spec);
      writeFileSync(path.join(tree.repo, 'work.txt'), 'kept\n');
      mkdirSync(path.join(tree.repo, 'fill'));
      expect(() =>
        execFileSync('sh', ['-c', 'cat /dev/urandom > fill/all'], {
          cwd: tree.repo,
          stdio: 'ignore',
        }),
      ).toThrow('Command failed');
      await expect(checkpoint()).rejects.toMatchObject({ code: 'agent_disk_full' });
      const options = { ...trees.checkpointOf(tree, spec), ...trees.pushOf(tree, spec) };
      await keepWork(options);
      expect(trees.remote('show', `${spec.workBranch}:work.txt`)).toBe('kept');
      await workspaces.release(spec);
      await workspaces.close();
      expect(workspaces.kept()).toEqual([]);
      const next = await trees.start(workspaces, trees.spec('task-2.1'));
      expect(existsSync(path.join(next.repo, 'fill'))).toBe(false);
      execFileSync('mount', ['-o', 'remount,ro', trees.dir]);
      const readOnly = await trees
        .start(workspaces, trees.spec('task-3.1'))
        .catch((error: unknown) => error);
      expect(String(readOnly)).toMatch(/read-only|EROFS|takes no writes/);
      tree = next;
      await expect(checkpoint()).rejects.toBeInstanceOf(StepFailure);
      await expect(checkpoint()).rejects.toMatchObject({ code: 'agent_read_only' });
      execFileSync('mount', ['-o', 'remount,rw', trees.dir]);
      expect(await checkpoint()).toBeNull();
    } finally {
      await workspaces.close();
      execFileSync('umount', ['-l', trees.dir]);
    }
  },
);
