/**
 * Where attempts work: `tasks/task-N/{repo, logs, metadata.json}`, the tree being a git work tree of the repository's
 * mirror. A tree of an ended attempt is cleaned and kept; the next attempt on the same repository takes it over, so
 * that it starts without a clone and without writing every file.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFull, messageOf, saysDiskFull, StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { writeMetadata } from './metadata.ts';
import { fetchFor, listMirrors, type Fetched } from './mirror.ts';
import { createMutex } from './mutex.ts';
import { createPool } from './pool.ts';
import { addTree, findTrees, reuseTree, type Tree } from './tree.ts';

export interface TaskFolder {
  readonly dir: string;
  readonly logs: string;
}

export interface Workspace {
  readonly repo: string;
  /** The commit the work starts from. */
  readonly start: string;
  /** One line for the timeline. */
  readonly how: string;
}

export interface Workspaces {
  /** Makes the task's folder. Every `open` is followed by one `release`. */
  open(spec: AttemptSpec): Promise<TaskFolder>;
  /** A clean tree on the attempt's branch. @throws StepFailure */
  acquire(spec: AttemptSpec, signal: AbortSignal): Promise<Workspace>;
  /** Gives the tree back; it is cleaned in the background. */
  release(spec: AttemptSpec): void;
  /** Keys of the repositories in the cache. */
  repos(): Promise<string[]>;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export interface WorkspaceDeps {
  /** The agent's folder. */
  readonly dir: string;
  readonly coordinator: string;
  readonly git: Git;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/** Opens the agent's folder; what a crash left there is cleaned and kept for use. */
export async function openWorkspaces(deps: WorkspaceDeps): Promise<Workspaces> {
  const { git, coordinator } = deps;
  const cacheDir = path.join(deps.dir, 'shared/cache');
  const tasksDir = path.join(deps.dir, 'tasks');
  await mkdir(cacheDir, { recursive: true });
  await mkdir(tasksDir, { recursive: true });
  const pool = createPool(git, deps.warn);
  for (const { tree, branch } of await findTrees(tasksDir, cacheDir)) pool.give(tree, branch);
  await pool.settled();
  const mutex = createMutex();
  // The tree of each open attempt; before `acquire`, one that an earlier attempt of the task left.
  const held = new Map<AttemptId, Tree | null>();

  return {
    async open(spec) {
      const dir = path.join(tasksDir, spec.taskId);
      held.set(spec.attemptId, await pool.takeOf(spec.taskId));
      await mkdir(path.join(dir, 'logs'), { recursive: true });
      await writeMetadata(dir, spec, deps.now());
      return { dir, logs: path.join(dir, 'logs') };
    },
    async acquire(spec, signal) {
      const { repo, taskId, attemptId } = spec;
      const [fetched, idle] = await mutex.run(repo.key, async () => {
        const mirror = await fetchFor(spec, { git, cacheDir, coordinator }, signal);
        return [mirror, held.get(attemptId) ?? (await pool.take(repo.key))] as const;
      });
      const tree: Tree = {
        path: path.join(tasksDir, taskId, 'repo'),
        mirror: fetched.mirror,
        repoKey: repo.key,
        taskId,
      };
      held.set(attemptId, tree);
      const how = `${await checkout(tree, idle, fetched, spec.branch, signal)}, ${FROM[fetched.how]}`;
      return { repo: tree.path, start: fetched.start, how };
    },
    release({ attemptId, branch }) {
      const tree = held.get(attemptId);
      held.delete(attemptId);
      if (tree) pool.give(tree, branch);
    },
    repos: () => listMirrors(cacheDir),
    close: () => pool.settled(),
  };

  async function checkout(
    tree: Tree,
    idle: Tree | null,
    { start }: Fetched,
    branch: string,
    signal: AbortSignal,
  ): Promise<string> {
    try {
      const taken =
        idle !== null &&
        (await takeOver(idle, tree, signal)) &&
        (await reuseTree(tree, branch, start, git, signal));
      if (taken) return 'work tree taken over';
      await addTree(tree, branch, start, git, signal);
      return 'new work tree';
    } catch (error) {
      signal.throwIfAborted();
      const said = error instanceof GitError ? error.stderr : messageOf(error);
      if (saysDiskFull(said)) throw await diskFull(deps.dir);
      throw new StepFailure('workspace_failed', `the work tree could not be made: ${said}`);
    }
  }

  async function takeOver(from: Tree, to: Tree, signal: AbortSignal): Promise<boolean> {
    if (from.path === to.path) return true;
    try {
      await rm(to.path, { recursive: true, force: true });
      await rename(from.path, to.path);
      await git(['worktree', 'repair', to.path], { cwd: to.mirror, signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      deps.warn(`a kept work tree cannot be used again: ${messageOf(error)}`);
      return false;
    } finally {
      await rm(path.dirname(from.path), { recursive: true, force: true });
    }
  }
}

const FROM: Readonly<Record<Fetched['how'], string>> = {
  cached: 'repository from the cache',
  fetched: 'repository brought up to date',
  cloned: 'repository fetched for the first time',
};
