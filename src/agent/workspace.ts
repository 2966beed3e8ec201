/**
 * Where attempts work: `tasks/task-N/{repo, logs, metadata.json}`, the tree being a git work tree of the repository's
 * mirror. A tree of an ended attempt is cleaned and kept; the next attempt on the same repository takes it over, so
 * that it starts without a clone and without writing every file.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFull, freeBytes, messageOf, NO_ROOM, saysDiskFull, StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { writeMetadata } from './metadata.ts';
import { fetchFor, listMirrors, resetMirror, type Fetched } from './mirror.ts';
import { createMutex } from './mutex.ts';
import { createPool, type Pool } from './pool.ts';
import { addTree, findTrees, moveTree, reuseTree, type Tree } from './tree.ts';

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
    try {
      return await this.make(spec, signal);
    } catch (error) {
      if (!(error instanceof StepFailure) || !DAMAGE.test(error.message)) throw error;
      if (!(await this.forgetMirror(spec))) throw error;
      this.deps.warn(
        `the cache of ${spec.repo.key} was damaged and is made anew: ${error.message}`,
      );
      return await this.make(spec, signal);
    }
  }

  private async make(spec: AttemptSpec, signal: AbortSignal): Promise<Workspace> {
    const { repo, taskId, attemptId, branch } = spec;
    const [fetched, idle] = await this.mutex.run(repo.key, async () => {
      const tree = this.held.get(attemptId) ?? (await this.pool.take(repo.key));
      this.held.set(attemptId, tree);
      return [await this.bring(spec, tree, signal), tree] as const;
    });
    const { mirror, start } = fetched;
    const place = path.join(this.tasksDir, taskId, 'repo');
    const tree: Tree = { path: place, mirror, repoKey: repo.key, taskId, head: null };
    this.held.set(attemptId, tree);
    const made = await this.checkout(tree, idle, start, branch, signal);
    return { repo: place, start, how: `${made}, ${FROM[fetched.how]}` };
  }

  private async bring(spec: AttemptSpec, idle: Tree | null, signal: AbortSignal): Promise<Fetched> {
    const { git, coordinator } = this.deps;
    const { baseCommit, startFrom } = spec.repo;
    if (idle?.head !== baseCommit || startFrom !== null) {
      return await fetchFor(spec, { git, coordinator, cacheDir: this.cacheDir }, signal);
    }
    // A tree stands at that very commit: it need not be looked for.
    await resetMirror(idle.mirror);
    return { mirror: idle.mirror, start: baseCommit, how: 'cached' };
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

  /** Removes the mirror and its idle trees; false while another attempt works on one of them. */
  private async forgetMirror({ repo, attemptId }: AttemptSpec): Promise<boolean> {
    const others = [...this.held].filter(
      ([id, tree]) => id !== attemptId && tree?.repoKey === repo.key,
    );
    if (others.length > 0) return false;
    this.held.set(attemptId, null);
    await this.pool.forget(repo.key);
    await rm(path.join(this.cacheDir, `${repo.key}.git`), { recursive: true, force: true });
    return true;
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
      const isThere = idle !== null && (await this.takeOver(idle, tree));
      if (isThere && (await reuseTree({ ...tree, head: idle.head }, branch, start, git, signal))) {
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

  private async takeOver(from: Tree, to: Tree): Promise<boolean> {
    if (from.path === to.path) return true;
    try {
      await moveTree(from, to.path);
      return true;
    } catch (error) {
      this.deps.warn(`a kept work tree cannot be used again: ${messageOf(error)}`);
      return false;
    } finally {
      await rm(path.dirname(from.path), { recursive: true, force: true });
    }
  }
}

/** What git says about a repository that a power failure, or an engine, left broken. */
const DAMAGE =
  /not a git repository|corrupt|bad object|missing (blob|tree|commit)|unable to read|loose object|did not receive expected/i;

const FROM: Readonly<Record<Fetched['how'], string>> = {
  cached: 'repository from the cache',
  fetched: 'repository brought up to date',
  cloned: 'repository fetched for the first time',
};
