/** One git work tree: made, taken over by another attempt, tidied when its attempt ended, removed. */
import { access, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TaskId } from '../shared/ids.ts';
import { GitError, type Git } from './git.ts';
import { readMetadata } from './metadata.ts';

export interface Tree {
  readonly path: string;
  /** The bare repository it belongs to. */
  readonly mirror: string;
  readonly repoKey: string;
  readonly taskId: TaskId;
  /** The commit that the clean tree stands at; `null` while somebody works in it. */
  readonly head: string | null;
}

/** What git leaves in a tree's own folder when it is stopped halfway through something. */
const HALF_DONE = [
  'index.lock',
  'HEAD.lock',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_LOG',
];

/** Makes a tree on a new branch at `start`; whatever was at its path is removed. */
export async function addTree(
  tree: Tree,
  branch: string,
  start: string,
  git: Git,
  signal: AbortSignal,
): Promise<void> {
  await rm(tree.path, { recursive: true, force: true });
  const config = { 'checkout.workers': '4' };
  await git(['worktree', 'add', '-q', '-f', '-B', branch, tree.path, start], {
    cwd: tree.mirror,
    signal,
    config,
  });
}

/** Moves a tree to another folder; git is told where it is now. */
export async function moveTree(from: Tree, to: string): Promise<void> {
  const own = await gitFolder(from);
  await rm(to, { recursive: true, force: true });
  await rename(from.path, to);
  await writeFile(path.join(own, 'gitdir'), `${path.join(to, '.git')}\n`);
}

/** Puts a tidied tree on a new branch at `start`, writing only what differs; false when it cannot be used. */
export async function reuseTree(
  tree: Tree,
  branch: string,
  start: string,
  git: Git,
  signal: AbortSignal,
): Promise<boolean> {
  const cwd = tree.path;
  try {
    if (tree.head !== start) {
      await git(['checkout', '-q', '-f', '-B', branch, start], { cwd, signal });
      return true;
    }
    // It stands there already: a checkout would look at every file to find that out.
    await git(['update-ref', `refs/heads/${branch}`, start], { cwd, signal });
    await writeFile(path.join(await gitFolder(tree), 'HEAD'), `ref: refs/heads/${branch}\n`);
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

/** Undoes everything in the tree and leaves its branch; answers `null` when it cannot be used any more. */
export async function tidyTree(tree: Tree, branch: string, git: Git): Promise<Tree | null> {
  try {
    const own = await gitFolder(tree);
    await Promise.all(
      HALF_DONE.map((name) => rm(path.join(own, name), { recursive: true, force: true })),
    );
    const head = await git(['rev-parse', '--verify', 'HEAD^{commit}'], { cwd: tree.path });
    const commit = head.out.trim();
    const onBranch = await git(['symbolic-ref', '-q', 'HEAD'], { cwd: tree.path, allow: [1] });
    // Detached, because a branch that one tree has cannot be taken by another.
    await git(['update-ref', '--no-deref', 'HEAD', commit], { cwd: tree.path });
    await git(['reset', '-q', '--hard'], { cwd: tree.path });
    await git(['clean', '-ffdxq'], { cwd: tree.path });
    const refs = new Set(
      [`refs/heads/${branch}`, onBranch.out.trim()].filter((name) =>
        name.startsWith('refs/heads/'),
      ),
    );
    for (const ref of refs) await git(['update-ref', '-d', ref], { cwd: tree.mirror });
    return { ...tree, head: commit };
  } catch {
    // Whatever an engine did to it: a new tree is made instead.
    return null;
  }
}

export async function removeTree(tree: Tree, git: Git): Promise<void> {
  await rm(tree.path, { recursive: true, force: true });
  await git(['worktree', 'prune'], { cwd: tree.mirror });
}

/** Trees that an earlier run of the agent left in `tasksDir`; folders without one are removed. */
export async function findTrees(
  tasksDir: string,
  cacheDir: string,
): Promise<{ tree: Tree; branch: string }[]> {
  const found: { tree: Tree; branch: string }[] = [];
  for (const name of await readdir(tasksDir)) {
    const taskDir = path.join(tasksDir, name);
    const metadata = await readMetadata(taskDir);
    const mirror = path.join(cacheDir, `${metadata?.repoKey ?? ''}.git`);
    const repo = path.join(taskDir, 'repo');
    if (
      metadata?.taskId === name &&
      (await exists(path.join(repo, '.git'))) &&
      (await exists(mirror))
    ) {
      const tree = {
        path: repo,
        mirror,
        repoKey: metadata.repoKey,
        taskId: metadata.taskId,
        head: null,
      };
      found.push({ tree, branch: metadata.branch });
    } else {
      await rm(taskDir, { recursive: true, force: true });
    }
  }
  return found;
}

/** The folder in the mirror that holds this tree's index and HEAD. */
async function gitFolder(tree: Tree): Promise<string> {
  const text = await readFile(path.join(tree.path, '.git'), 'utf8');
  const folder = /^gitdir: (.+)$/m.exec(text)?.[1];
  // An engine that ran `git init` here would have us clean up in a repository of its own.
  if (!folder || path.dirname(path.dirname(folder)) !== tree.mirror)
    throw new Error('not a work tree of its mirror');
  return folder;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
