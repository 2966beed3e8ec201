/**
 * What a work tree holds at this moment, as a git tree object, without touching its index, HEAD, branch or stash. The
 * engine may go on writing meanwhile: files vanish, and are gone then.
 */
import { constants } from 'node:fs';
import { access, copyFile, lstat, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { exists } from './exists.ts';
import { messageOf, mebibytes } from './failure.ts';
import { GitError, type Git } from './git.ts';

/** Larger files do not belong into a repository. */
export const LARGEST_FILE = 50 * 1024 * 1024;

export interface Snapshot {
  /** Id of the tree. */
  readonly tree: string;
  /** What is not in it, with why: too large, unreadable, a repository of its own. */
  readonly leftOut: readonly string[];
}

export interface SnapshotOptions {
  readonly repo: string;
  readonly start: string;
  readonly git: Git;
  /** Folder for the temporary index. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/** Times it looks again when files vanish between looking and reading. */
const TRIES = 4;

/** @throws GitError */
export async function snapshot(o: SnapshotOptions): Promise<Snapshot> {
  const index = path.join(o.scratch, `koubou-index.${process.pid}`);
  const run: Run = async (args, input) =>
    (
      await o.git(args, {
        cwd: o.repo,
        env: { GIT_INDEX_FILE: index },
        ...(input !== undefined && { input }),
        ...(o.signal && { signal: o.signal }),
      })
    ).out;
  try {
    let found = await seeded(index, o, run);
    for (let left = TRIES; ; left -= 1) {
      try {
        const input = found.changed.map((name) => `${name}\0`).join('');
        if (input !== '')
          await run(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], input);
        return { tree: (await run(['write-tree'])).trim(), leftOut: found.leftOut };
      } catch (error) {
        if (!(error instanceof GitError) || left === 1) throw error;
        found = lacksObjects(error) ? await unseeded(index, o, run) : await look(o.repo, run);
      }
    }
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

type Run = (args: readonly string[], input?: string) => Promise<string>;

/** Begins with the tree's own index, so that files which did not change are not read. */
async function seeded(index: string, { repo, start }: SnapshotOptions, run: Run): Promise<Found> {
  const own = path.join(repo, '.git/index');
  if (await exists(own)) {
    const { mtimeMs } = await stat(own);
    await copyFile(own, index);
    // Files as young as the index are read again; a copy with a younger date would hide a change in them.
    const at = Math.floor(mtimeMs) / 1_000;
    await utimes(index, at, at);
    try {
      return await look(repo, run);
    } catch (error) {
      // The engine may have left a broken one: then everything is read.
      if (!(error instanceof GitError)) throw error;
    }
  }
  return await unseeded(index, { repo, start }, run);
}

/** Begins with the start, so that every file which differs from it is read. */
async function unseeded(
  index: string,
  { repo, start }: Pick<SnapshotOptions, 'repo' | 'start'>,
  run: Run,
): Promise<Found> {
  await rm(index, { force: true });
  await run(['read-tree', start]);
  return await look(repo, run);
}

/** An index names what the disk did not take: git on a disk that fills up notes files first and loses their contents then. */
export function lacksObjects(error: unknown): boolean {
  return error instanceof GitError && /^(error: )?invalid object /m.test(error.stderr);
}

interface Found {
  readonly changed: readonly string[];
  readonly leftOut: readonly string[];
}

async function look(repo: string, run: Run): Promise<Found> {
  const flags = ['--modified', '--deleted', '--others', '--unmerged', '--exclude-standard'];
  const listed = await run(['ls-files', '-z', ...flags]);
  const changed: string[] = [];
  const leftOut: string[] = [];
  for (const name of new Set(listed.split('\0').map(pathOf))) {
    if (name === '') continue;
    const why = name.endsWith('/')
      ? 'a repository of its own'
      : await whyNot(path.join(repo, name));
    if (why === null) changed.push(name);
    else leftOut.push(`${name} (${why})`);
  }
  return { changed, leftOut };
}

/** With `--unmerged`, entries are told with mode, id and stage before a tab. */
function pathOf(entry: string): string {
  return /^[0-7]{6} [0-9a-f]{40,64} [0-3]\t(.*)$/s.exec(entry)?.[1] ?? entry;
}

async function whyNot(file: string): Promise<string | null> {
  try {
    const found = await lstat(file);
    if (found.isFile() && found.size > LARGEST_FILE) return `${mebibytes(found.size)} MB`;
    if (found.isFile()) await access(file, constants.R_OK);
    return null;
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isGone ? null : `cannot be read: ${messageOf(error)}`;
  }
}
