/**
 * One work tree: a repository of its own, with its own branches, stash and configuration, that borrows the objects of
 * its mirror. Made, taken over by another attempt, tidied when its attempt ended.
 */
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptId } from '../shared/ids.ts';
import { exists } from './exists.ts';
import { GitError, type Git } from './git.ts';
import { readMetadata } from './metadata.ts';
import { initMarks } from './safety.ts';

export interface Tree {
  /** `tasks/task-12.1/repo` */
  readonly path: string;
  /** The bare repository it borrows from. */
  readonly mirror: string;
  readonly repoKey: string;
  readonly attemptId: AttemptId;
  /** The commit that the clean tree stands at; `null` while somebody works in it. */
  readonly head: string | null;
}

const CONFIG =
  '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tlogAllRefUpdates = true\n[gc]\n\tauto = 0\n';

/** What tools leave and nobody commits, also where a repository has no .gitignore for it. */
const EXCLUDE = [
  'node_modules/',
  '__pycache__/',
  '*.pyc',
  '.pytest_cache/',
  '.venv/',
  '.DS_Store',
  '',
].join('\n');

/** Makes a tree on a new branch at `start`; whatever was at its path is removed. */
export async function addTree(
  tree: Tree,
  branch: string,
  start: string,
  git: Git,
  signal: AbortSignal,
): Promise<void> {
  await rm(tree.path, { recursive: true, force: true });
  await mkdir(path.join(tree.path, '.git'), { recursive: true });
  await dress(tree, branch, start);
  const config = { 'checkout.workers': '4' };
  await git(['reset', '-q', '--hard', start], { cwd: tree.path, signal, config });
}

/** Puts a tidied tree on a new branch at `start`, writing only what differs; false when it cannot be used. */
export async function reuseTree(
  tree: Tree,
  branch: string,
  start: string,
  git: Git,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await dress(tree, branch, start);
    // Where it stands there already, a checkout would look at every file to find that out.
    if (tree.head !== start)
      await git(['reset', '-q', '--hard', start], { cwd: tree.path, signal });
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

/** Undoes everything in the tree; answers `null` when it cannot be used any more. */
export async function tidyTree(tree: Tree, git: Git): Promise<Tree | null> {
  const own = path.join(tree.path, '.git');
  try {
    const head = (await readFile(path.join(own, 'koubou-start'), 'utf8')).trim();
    await Promise.all(
      (await readdir(own))
        .filter((name) => name !== 'index')
        .map((name) => rm(path.join(own, name), { recursive: true, force: true })),
    );
    await dress(tree, null, head);
    await git(['reset', '-q', '--hard'], { cwd: tree.path });
    await git(['clean', '-ffdxq'], { cwd: tree.path });
    // Files that git was told not to look at (sparse checkouts, say) may be anything.
    const { out } = await git(['ls-files', '-t', '-v'], { cwd: tree.path });
    return /^[^H]/m.test(out) ? null : { ...tree, head };
  } catch {
    // Whatever an engine did to it: a new tree is made instead.
    return null;
  }
}

/** Moves a tree to another folder. */
export async function moveTree(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await rename(from, to);
}

/**
 * Makes git understand the tree again after an engine removed or replaced its git folder; what git knows there of
 * branches and staged files is kept as far as it is there.
 */
export async function mendTree(repo: string, start: string): Promise<void> {
  const own = path.join(repo, '.git');
  const objects = path.join(own, 'objects');
  const borrows = path.join(objects, 'info/alternates');
  if ((await exists(borrows)) && (await exists(path.join(own, 'HEAD')))) return;
  const metadata = await readMetadata(path.dirname(repo));
  if (!metadata) return;
  if ((await exists(own)) && !(await stat(own)).isDirectory()) await rm(own);
  await borrow(own, metadata.mirror);
  if (await exists(path.join(own, 'HEAD'))) return;
  await mkdir(path.join(own, 'refs/heads'), { recursive: true });
  await writeFile(path.join(own, 'HEAD'), `${start}\n`);
  await writeFile(path.join(own, 'config'), CONFIG);
  await writeFile(path.join(own, 'koubou-start'), `${start}\n`);
}

/** Writes the git folder as it is at the beginning of an attempt, but for index and objects. */
async function dress(tree: Tree, branch: string | null, start: string): Promise<void> {
  const own = path.join(tree.path, '.git');
  await mkdir(path.join(own, 'info'), { recursive: true });
  const ref = path.join(own, 'refs/heads', branch ?? '');
  await mkdir(branch === null ? ref : path.dirname(ref), { recursive: true });
  await borrow(own, tree.mirror);
  await Promise.all([
    writeFile(path.join(own, 'config'), CONFIG),
    writeFile(path.join(own, 'info/exclude'), EXCLUDE),
    writeFile(path.join(own, 'koubou-start'), `${start}\n`),
    writeFile(
      path.join(own, 'HEAD'),
      branch === null ? `${start}\n` : `ref: refs/heads/${branch}\n`,
    ),
    ...(branch === null ? [] : [writeFile(ref, `${start}\n`)]),
    initMarks(own, start),
    copyRefs(tree.mirror, own),
  ]);
}

async function borrow(own: string, mirror: string): Promise<void> {
  const info = path.join(own, 'objects/info');
  await mkdir(info, { recursive: true });
  await writeFile(path.join(info, 'alternates'), `${path.join(mirror, 'objects')}\n`);
}

/** The mirror's branches and tags, for engines and builds that look for them. */
async function copyRefs(mirror: string, own: string): Promise<void> {
  const packed = path.join(mirror, 'packed-refs');
  if (await exists(packed)) await copyFile(packed, path.join(own, 'packed-refs'));
}
