/**
 * Where attempts work: `tasks/task-N/{repo, logs, metadata.json}`, the tree being a git work tree of the repository's
 * mirror. A tree of an ended attempt is cleaned and kept; the next attempt on the same repository takes it over, so
 * that it starts without a clone and without writing every file.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFull, freeBytes, messageOf, NO_ROOM, saysDiskFull, StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { writeMetadata } from './metadata.ts';
import { fetchFor, listMirrors, type Fetched } from './mirror.ts';
import { createMutex } from './mutex.ts';
import { createPool, type Pool } from './pool.ts';
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
  /** Makes the task's folder. Every `claim` is followed by one `release`. */
  claim(spec: AttemptSpec): Promise<TaskFolder>;
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
  const workspaces = new AgentWorkspaces(deps);
  await workspaces.open();
  return workspaces;
}

class AgentWorkspaces implements Workspaces {
  private readonly deps: WorkspaceDeps;
  private readonly cacheDir: string;
  private readonly tasksDir: string;
  private readonly pool: Pool;
  private readonly mutex = createMutex();
  /** The tree of each claimed attempt; before `acquire`, one that an earlier attempt of the task left. */
  private readonly held = new Map<AttemptId, Tree | null>();

  constructor(deps: WorkspaceDeps) {
    this.deps = deps;
    this.cacheDir = path.join(deps.dir, 'shared/cache');
    this.tasksDir = path.join(deps.dir, 'tasks');
    this.pool = createPool(deps.git, deps.warn);
  }

  async open(): Promise<void> {
    await mkdir(this.cacheDir, { recursive: true });
    await mkdir(this.tasksDir, { recursive: true });
    const left = await findTrees(this.tasksDir, this.cacheDir);
    for (const { tree, branch } of left) this.pool.give(tree, branch);
    await this.pool.settled();
  }

  async claim(spec: AttemptSpec): Promise<TaskFolder> {
    const dir = path.join(this.tasksDir, spec.taskId);
    const logs = path.join(dir, 'logs');
    // What an ended attempt filled the disk with may be on its way out.
    if ((await freeBytes(this.tasksDir)) < NO_ROOM) await this.pool.settled();
    this.held.set(spec.attemptId, await this.pool.takeOf(spec.taskId));
    await mkdir(logs, { recursive: true });
    await writeMetadata(dir, spec, this.deps.now());
    return { dir, logs };
  }

  async acquire(spec: AttemptSpec, signal: AbortSignal): Promise<Workspace> {
    const { repo, taskId, attemptId, branch } = spec;
    const { git, coordinator } = this.deps;
    const { cacheDir, mutex, pool, held } = this;
    const [fetched, idle] = await mutex.run(repo.key, async () => {
      const mirror = await fetchFor(spec, { git, cacheDir, coordinator }, signal);
      return [mirror, held.get(attemptId) ?? (await pool.take(repo.key))] as const;
    });
    const place = path.join(this.tasksDir, taskId, 'repo');
    const tree: Tree = { path: place, mirror: fetched.mirror, repoKey: repo.key, taskId };
    held.set(attemptId, tree);
    const made = await this.checkout(tree, idle, fetched.start, branch, signal);
    return { repo: tree.path, start: fetched.start, how: `${made}, ${FROM[fetched.how]}` };
  }

  release({ attemptId, branch }: AttemptSpec): void {
    const tree = this.held.get(attemptId);
    this.held.delete(attemptId);
    if (tree) this.pool.give(tree, branch);
  }

  async repos(): Promise<string[]> {
    return await listMirrors(this.cacheDir);
  }

  async close(): Promise<void> {
    await this.pool.settled();
  }

  private async checkout(
    tree: Tree,
    idle: Tree | null,
    start: string,
    branch: string,
    signal: AbortSignal,
  ): Promise<string> {
    const { git, dir } = this.deps;
    try {
      const isThere = idle !== null && (await this.takeOver(idle, tree, signal));
      if (isThere && (await reuseTree(tree, branch, start, git, signal))) {
        return 'work tree taken over';
      }
      await addTree(tree, branch, start, git, signal);
      return 'new work tree';
    } catch (error) {
      signal.throwIfAborted();
      const said = error instanceof GitError ? error.stderr : messageOf(error);
      if (saysDiskFull(said)) throw await diskFull(dir);
      throw new StepFailure('workspace_failed', `the work tree could not be made: ${said}`);
    }
  }

  private async takeOver(from: Tree, to: Tree, signal: AbortSignal): Promise<boolean> {
    const { git, warn } = this.deps;
    if (from.path === to.path) return true;
    try {
      await rm(to.path, { recursive: true, force: true });
      await rename(from.path, to.path);
      await git(['worktree', 'repair', to.path], { cwd: to.mirror, signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      warn(`a kept work tree cannot be used again: ${messageOf(error)}`);
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
