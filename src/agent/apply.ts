/**
 * Turns what an engine left in the work tree into commits for the attempt's branch. What the engine committed itself is
 * kept; the rest becomes one commit on top. Whatever git cannot take, or should not, fails in words.
 */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { ChangeStats } from '../shared/domain/task.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFailure } from './disk.ts';
import { mebibytes, StepFailure } from './failure.ts';
import { GitError, type Git, type GitOptions } from './git.ts';
import { lacksObjects, LARGEST_FILE } from './snapshot.ts';
import { mendTree } from './tree.ts';
import type { Workspace } from './workspace.ts';

const SUBJECT_MAX = 100;

export interface Applied {
  readonly commit: string;
  readonly stats: ChangeStats;
  /** Folders that were left out: repositories of their own. */
  readonly leftOut: readonly string[];
}

/** @throws StepFailure `no_changes`, or because of what the engine left */
export async function applyChange(
  workspace: Pick<Workspace, 'repo' | 'start'>,
  spec: AttemptSpec,
  git: Git,
  signal: AbortSignal,
): Promise<Applied> {
  const run: Run = (args, options = {}) => git(args, { cwd: workspace.repo, signal, ...options });
  try {
    await mendTree(workspace.repo, workspace.start);
    const { leftOut, commit } = await commitAll(workspace, spec, run);
    await checkCommitted(workspace.start, commit, run);
    return {
      commit,
      stats: await statsOf(spec.repo.baseCommit, workspace.start, commit, run),
      leftOut,
    };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw (
      (await diskFailure(error.stderr, workspace.repo)) ??
      new StepFailure('engine_failed', `what the engine left cannot be committed: ${error.stderr}`)
    );
  }
}

type Run = (
  args: readonly string[],
  options?: Partial<GitOptions>,
) => Promise<{ code: number; out: string }>;

async function commitAll(
  { repo, start }: Pick<Workspace, 'repo' | 'start'>,
  spec: AttemptSpec,
  run: Run,
): Promise<{ leftOut: string[]; commit: string }> {
  const attempt = async (): Promise<{ leftOut: string[]; commit: string }> => {
    const leftOut = await stage(repo, run);
    return { leftOut, commit: await commitStaged(start, spec, run) };
  };
  try {
    return await attempt();
  } catch (error) {
    if (!lacksObjects(error)) throw error;
    await run(['read-tree', start]);
    return await attempt();
  }
}

/** Stages everything but nested repositories, which it returns. */
async function stage(repo: string, run: Run): Promise<string[]> {
  const status = await run([
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
  ]);
  const paths = status.out
    .split('\0')
    .flatMap((entry) => (entry.length > 3 ? [entry.slice(3)] : []));
  const nested = paths.filter((name) => name.endsWith('/'));
  for (const name of paths) {
    const size = await sizeOf(path.join(repo, name));
    if (size > LARGEST_FILE) throw tooLarge(name, size);
  }
  if (paths.length > nested.length) {
    await run([
      'add',
      '-A',
      '--',
      '.',
      ...nested.map((name) => `:(exclude,literal)${name.slice(0, -1)}`),
    ]);
  }
  return nested;
}

async function sizeOf(file: string): Promise<number> {
  try {
    const { size } = await lstat(file);
    return size;
  } catch {
    // Deleted, which is a change like any other.
    return 0;
  }
}

function tooLarge(name: string, size: number): StepFailure {
  return new StepFailure(
    'engine_failed',
    `the engine left ${name} with ${mebibytes(size)} MB; files over ${mebibytes(LARGEST_FILE)} MB are not committed. Have it ignored (.gitignore) or made smaller.`,
  );
}

/** The commit that holds everything; it descends from `start` whatever the engine did to the branch. */
async function commitStaged(start: string, spec: AttemptSpec, run: Run): Promise<string> {
  const { name, email } = spec.author;
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const input = messageFor(spec);
  const descends = await run(['merge-base', '--is-ancestor', start, 'HEAD'], { allow: [1, 128] });
  if (descends.code !== 0) {
    const tree = (await run(['write-tree'])).out.trim();
    return (await run(['commit-tree', tree, '-p', start, '-F', '-'], { env, input })).out.trim();
  }
  const staged = await run(['diff', '--cached', '--quiet'], { allow: [1] });
  if (staged.code === 1) await run(['commit', '-q', '--no-verify', '-F', '-'], { env, input });
  return (await run(['rev-parse', 'HEAD'])).out.trim();
}

function messageFor({ title, taskId }: AttemptSpec): string {
  const isLong = title.length > SUBJECT_MAX;
  const subject = isLong ? `${title.slice(0, SUBJECT_MAX - 1)}…` : title;
  return `${subject}\n\n${isLong ? `${title}\n\n` : ''}Task: ${taskId}\n`;
}

/** Finds large files in commits that the engine made by itself. */
async function checkCommitted(start: string, commit: string, run: Run): Promise<void> {
  const { out } = await run([
    'diff-tree',
    '-r',
    '-z',
    '--no-renames',
    '--diff-filter=d',
    start,
    commit,
  ]);
  const parts = out.split('\0');
  const blobs: { id: string; name: string }[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [, mode, , id] = (parts[i] ?? '').split(' ');
    // A submodule's commit is no object of this repository.
    if (id && mode !== '160000') blobs.push({ id, name: parts[i + 1] ?? '' });
  }
  const input = blobs.map(({ id }) => `${id}\n`).join('');
  const sizes = (await run(['cat-file', '--batch-check=%(objectsize)'], { input })).out.split('\n');
  const large = blobs.findIndex((_, i) => Number(sizes[i]) > LARGEST_FILE);
  if (large >= 0) throw tooLarge(blobs[large]?.name ?? '', Number(sizes[large]));
}

async function statsOf(
  base: string,
  start: string,
  commit: string,
  run: Run,
): Promise<ChangeStats> {
  const isSame = await run(['diff', '--quiet', start, commit], { allow: [1] });
  if (isSame.code === 0) throw new StepFailure('no_changes', NOTHING);
  const { out } = await run(['diff', '--shortstat', `${base}...${commit}`]);
  const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(out)?.[1] ?? 0);
  const stats = {
    files: count('file'),
    insertions: count('insertion'),
    deletions: count('deletion'),
  };
  if (stats.files === 0) throw new StepFailure('no_changes', NOTHING);
  return stats;
}

const NOTHING =
  'the engine ended without changing a file. Say in the task what is to be changed, or send it to another engine.';
