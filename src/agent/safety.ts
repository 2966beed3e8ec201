/**
 * Whether the work in a tree is safe: all of it is where the coordinator has it. What was pushed is marked in the
 * tree's git folder (`koubou/…`: commit and tree), so that it is known after any restart, by every process.
 */
import { mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freeBytes, FULL_BYTES, messageOf } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { snapshot } from './snapshot.ts';

/**
 * `start`: what it began with. `laid`: what an earlier attempt had done and was put into the tree. `checkpoint`: pushed
 * to the work branch. `change`: pushed as the task's change; what came after it was left by tests.
 */
const MARKS = ['start', 'laid', 'checkpoint', 'change'] as const;
export type Mark = (typeof MARKS)[number];

const FOLDER = 'koubou';

interface Marked {
  readonly commit: string;
  /** Id of its tree: the commit itself need not be here. */
  readonly tree: string;
}

/** @param own the tree's git folder */
export async function initMarks(own: string, start: string): Promise<void> {
  await mkdir(path.join(own, FOLDER), { recursive: true });
  // As long as it will be, so that it can be written over in place.
  const text = textOf({ commit: start, tree: '0'.repeat(start.length) });
  await Promise.all(MARKS.map((mark) => writeFile(path.join(own, FOLDER, mark), text)));
}

/** Notes that the coordinator has the commit. Written in place, so that it needs no room on a full disk. */
export async function markSafe(repo: string, mark: Mark, commit: string, git: Git): Promise<void> {
  const place = path.join(repo, '.git', FOLDER, mark);
  try {
    const tree = await treeOf(repo, commit, git);
    if (tree === null) return;
    await mkdir(path.dirname(place), { recursive: true });
    await using file = await open(place, 'r+').catch(async () => await open(place, 'w'));
    await file.write(textOf({ commit, tree }), 0);
    await file.datasync();
  } catch {
    // The disk takes no writes at all. Without the mark the work counts as not pushed: the tree is kept longer, no more.
  }
}

function textOf({ commit, tree }: Marked): string {
  return `${commit} ${tree}\n`;
}

/** `null` when there is none, or it was never set. */
export async function readMark(repo: string, mark: Mark): Promise<Marked | null> {
  try {
    const text = await readFile(path.join(repo, '.git', FOLDER, mark), 'utf8');
    const [, commit, tree] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n$/.exec(text) ?? [];
    const isSet =
      commit !== undefined && tree !== undefined && (mark === 'start' || !/^0+$/.test(tree));
    return isSet ? { commit, tree } : null;
  } catch {
    // An engine made a git folder of its own.
    return null;
  }
}

/** Why the tree must not be cleaned; `null`: all that it holds is safe. */
export async function unsafeWhy(repo: string, git: Git): Promise<string | null> {
  const start = await readMark(repo, 'start');
  if (start === null) return 'its git folder was replaced by something else';
  if ((await readMark(repo, 'change')) !== null) return null;
  try {
    const [laid, pushed] = [await readMark(repo, 'laid'), await readMark(repo, 'checkpoint')];
    const safe = [start, ...(laid ? [laid] : []), ...(pushed ? [pushed] : [])];
    const commits = safe.map(({ commit }) => commit);
    return (
      (await sideCommits(repo, commits, git)) ??
      (await unsavedFiles(repo, start.commit, new Set(safe.map(({ tree }) => tree)), git))
    );
  } catch (error) {
    return `it cannot be looked at: ${messageOf(error)}`;
  }
}

/** Commits beside the work tree (in a stash or on another branch), which are in no checkpoint. */
async function sideCommits(
  repo: string,
  safe: readonly string[],
  git: Git,
): Promise<string | null> {
  // What was pushed from a full disk is not here.
  const args = ['log', '--ignore-missing', '--all', '--source', '--format=%S', '-n', '100'];
  const { out } = await git(
    [...args, '--not', 'HEAD', '--remotes', '--glob=refs/koubou', ...safe],
    { cwd: repo },
  );
  const refs = [...new Set(out.split('\n'))].filter((ref) => ref !== '');
  return refs.length === 0 ? null : `commits that were not pushed: ${refs.join(', ')}`;
}

async function unsavedFiles(
  repo: string,
  start: string,
  safe: ReadonlySet<string>,
  git: Git,
): Promise<string | null> {
  // Beside the tree's own disk, which may be full.
  return await inScratch(repo, git, async (scratch, roomy) => {
    const { tree, leftOut } = await snapshot({ repo, start, scratch, git: roomy });
    if (!safe.has(tree) && tree !== (await treeOf(repo, start, git)))
      return 'changes that were not pushed';
    // A file too large for any repository that fills the disk would stop all work here until somebody comes.
    if (leftOut.length === 0 || (await freeBytes(repo)) < FULL_BYTES) return null;
    return `files that cannot be pushed: ${leftOut.join(', ')}`;
  });
}

const SCRATCH = 'koubou-scratch-';

/** Removes what agents that were killed left among the temporary files. */
export async function sweepScratch(): Promise<void> {
  const names = await readdir(tmpdir());
  const left = names.filter((name) => {
    const pid = /^koubou-scratch-(\d+)-/.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  for (const name of left) await rm(path.join(tmpdir(), name), { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Gives `work` a folder among the temporary files, and a git that writes objects there and reads those of `repo`. */
export async function inScratch<T>(
  repo: string,
  git: Git,
  work: (scratch: string, roomy: Git) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(path.join(tmpdir(), `${SCRATCH}${process.pid}-`));
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
