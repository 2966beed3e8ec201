/**
 * Whether the work in a tree is safe: all of it is where the coordinator has it. What was pushed is marked in the tree
 * itself (`refs/koubou/safe/…`), so that it is known after any restart, by every process.
 */
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { snapshot } from './snapshot.ts';

/**
 * `start`: what it began with. `laid`: what an earlier attempt had done and was put into the tree. `checkpoint`: pushed
 * to the work branch. `change`: pushed as the task's change; what came after it was left by tests.
 */
const MARKS = ['start', 'laid', 'checkpoint', 'change'] as const;
export type Mark = (typeof MARKS)[number];

const FOLDER = 'refs/koubou/safe';

/** @param own the tree's git folder */
export async function initMarks(own: string, start: string): Promise<void> {
  await mkdir(path.join(own, FOLDER), { recursive: true });
  await Promise.all(MARKS.map((mark) => writeFile(path.join(own, FOLDER, mark), `${start}\n`)));
}

/** Notes that the coordinator has the commit. Written in place, so that it needs no room on a full disk. */
export async function markSafe(repo: string, mark: Mark, commit: string): Promise<void> {
  const place = path.join(repo, '.git', FOLDER, mark);
  try {
    await mkdir(path.dirname(place), { recursive: true });
    await using file = await open(place, 'r+').catch(async () => await open(place, 'w'));
    await file.write(`${commit}\n`, 0);
    await file.datasync();
  } catch {
    // The disk takes no writes at all. Without the mark the work counts as not pushed: the tree is kept longer, no more.
  }
}

export async function readMark(repo: string, mark: Mark): Promise<string | null> {
  try {
    const text = await readFile(path.join(repo, '.git', FOLDER, mark), 'utf8');
    return /^[0-9a-f]{40,64}\n$/.test(text) ? text.trim() : null;
  } catch {
    // An engine made a git folder of its own.
    return null;
  }
}

/** Why the tree must not be cleaned; `null`: all that it holds is safe. */
export async function unsafeWhy(repo: string, git: Git): Promise<string | null> {
  const start = await readMark(repo, 'start');
  const change = await readMark(repo, 'change');
  if (start === null) return 'its git folder was replaced by something else';
  if (change !== null && change !== start) return null;
  try {
    return (await sideCommits(repo, git)) ?? (await unsavedFiles(repo, start, git));
  } catch (error) {
    return `it cannot be looked at: ${messageOf(error)}`;
  }
}

/** Commits beside the work tree (in a stash or on another branch), which are in no checkpoint. */
async function sideCommits(repo: string, git: Git): Promise<string | null> {
  const known = ['--not', 'HEAD', `--glob=${FOLDER}`, '--remotes'];
  const { out } = await git(['log', '--all', '--source', '--format=%S', '-n', '100', ...known], {
    cwd: repo,
  });
  const refs = [...new Set(out.split('\n'))].filter((ref) => ref !== '');
  return refs.length === 0 ? null : `commits that were not pushed: ${refs.join(', ')}`;
}

async function unsavedFiles(repo: string, start: string, git: Git): Promise<string | null> {
  // Beside the tree's own disk, which may be full.
  return await inScratch(repo, git, async (scratch, roomy) => {
    const { tree, leftOut } = await snapshot({ repo, start, scratch, git: roomy });
    if (leftOut.length > 0) return `files that cannot be pushed: ${leftOut.join(', ')}`;
    const marks = await Promise.all(MARKS.map(async (mark) => await readMark(repo, mark)));
    for (const commit of new Set(marks)) {
      if (commit !== null && (await treeOf(repo, commit, git)) === tree) return null;
    }
    return 'changes that were not pushed';
  });
}

/** Gives `work` a folder among the temporary files, and a git that writes objects there and reads those of `repo`. */
export async function inScratch<T>(
  repo: string,
  git: Git,
  work: (scratch: string, roomy: Git) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'koubou-scratch-'));
  const env = {
    GIT_OBJECT_DIRECTORY: path.join(scratch, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(repo, '.git/objects'),
  };
  try {
    await mkdir(env.GIT_OBJECT_DIRECTORY);
    return await work(scratch, async (args, options) => {
      return await git(args, { ...options, env: { ...options.env, ...env } });
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Id of a commit's tree; `null` when the commit is not here. */
export async function treeOf(repo: string, commit: string, git: Git): Promise<string | null> {
  try {
    const { out } = await git(['rev-parse', '--verify', '-q', `${commit}^{tree}`], { cwd: repo });
    return out.trim();
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
