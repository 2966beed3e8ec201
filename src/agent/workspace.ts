/**
 * Where attempts work: `tasks/task-12.1/{repo, metadata.json}`. The tree is a repository of its own that borrows the
 * objects of its mirror. When its attempt is over and its work is safe it is cleaned, and the next attempt on the same
 * repository takes it over, so that it starts without a clone and without writing every file.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptId, TaskId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFailure } from './disk.ts';
import { exists } from './exists.ts';
import { freeBytes, messageOf, NO_ROOM, StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { findLeft } from './left.ts';
import { writeMetadata, type Metadata } from './metadata.ts';
import {
  fetchFor,
  lastUsed,
  listMirrors,
  careFor,
  wantsCare,
  remoteFor,
  touchMirror,
  type Fetched,
} from './mirror.ts';
import { createMutex } from './mutex.ts';
import { createPool, type Kept, type Pool } from './pool.ts';
import { addTree, moveTree, reuseTree, type Tree } from './tree.ts';
import { bringWork, type Brought } from './work.ts';

export interface TaskFolder {
  readonly dir: string;
}

export interface Workspace {
  readonly repo: string;
  /** The commit the work starts from. */
  readonly start: string;
  /** One line for the timeline. */
  readonly how: string;
  /** What an earlier attempt changed: a patch file outside of the tree, for the engine to read. */
  readonly patch: string | null;
}

export interface Workspaces {
  /** An attempt that was found when the agent started keeps its tree. Called before `open`. */
  adopt(o: {
    attemptId: AttemptId;
    taskId: TaskId;
    repoKey: string;
    branch: string;
  }): Promise<void>;
  /** Makes the folders; what else a crash left there is cleaned for use, or kept where its work is not safe. */
  open(): Promise<void>;
  /** Makes the attempt's folder. Every `claim` is followed by one `release`. @throws StepFailure because of the disk */
  claim(spec: AttemptSpec): Promise<TaskFolder>;
  /** A clean tree on the attempt's branch, with what an earlier attempt had done. @throws StepFailure */
  acquire(spec: AttemptSpec, signal: AbortSignal): Promise<Workspace>;
  /**
   * Gives the tree back; in the background it is looked at, and cleaned when its work is safe. Otherwise it is kept.
   * `unwanted`: nobody wants the work, safe or not. Resolves when it is on disk what becomes of the tree.
   */
  release(o: { attemptId: AttemptId; branch: string; unwanted?: boolean }): Promise<void>;
  /** Keys of the repositories in the cache. */
  repos(): Promise<string[]>;
  /** Trees that are kept because their work is not safe, with why. */
  kept(): Kept[];
  /** Looks again at the trees that are kept: some may be safe by now, or were removed by hand. */
  review(): Promise<void>;
  /** Removes the tree or mirror that is unused for longest, if that is since before `before` (epoch ms); its path, or `null`. */
  removeUnused(before: number): Promise<string | null>;
  /** Puts mirrors in order that nothing borrows from. */
  maintain(): Promise<void>;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export interface WorkspaceDeps {
  /** The agent's folder. */
  readonly dir: string;
  readonly coordinator: string;
  readonly git: Git;
  readonly now: () => number;
  /** Which start of the machine this is. */
  readonly boot: string;
  readonly warn: (message: string) => void;
}

export function createWorkspaces(deps: WorkspaceDeps): Workspaces {
  return new AgentWorkspaces(deps);
}

class AgentWorkspaces implements Workspaces {
  private readonly deps: WorkspaceDeps;
  private readonly cacheDir: string;
  private readonly tasksDir: string;
  private readonly pool: Pool;
  private readonly mutex = createMutex();
  /** The tree of each claimed attempt; `null` before `acquire`. */
  private readonly held = new Map<AttemptId, Tree | null>();

  constructor(deps: WorkspaceDeps) {
    this.deps = deps;
    this.cacheDir = path.join(deps.dir, 'shared/cache');
    this.tasksDir = path.join(deps.dir, 'tasks');
    this.pool = createPool(deps);
  }

  adopt({ attemptId, repoKey }: Parameters<Workspaces['adopt']>[0]): Promise<void> {
    const place = path.join(this.folderOf(attemptId), 'repo');
    const mirror = this.mirrorOf(repoKey);
    this.held.set(attemptId, { path: place, mirror, repoKey, attemptId, head: null });
    return Promise.resolve();
  }

  async open(): Promise<void> {
    await mkdir(this.cacheDir, { recursive: true });
    await mkdir(this.tasksDir, { recursive: true });
    const held = new Set([...this.held.keys()].map((id) => this.folderOf(id)));
    const { trees, broken } = await findLeft(this.tasksDir, held, this.deps.boot);
    for (const { tree, worked } of trees) void this.pool.give(tree, !worked);
    for (const one of broken) this.pool.keep(one);
    await this.pool.settled();
  }

  async claim(spec: AttemptSpec): Promise<TaskFolder> {
    const { attemptId } = spec;
    const dir = this.folderOf(attemptId);
    // What an ended attempt filled the disk with may be on its way out.
    if ((await freeBytes(this.tasksDir)) < NO_ROOM) await this.pool.settled();
    await this.mutex.run(spec.repo.key, async () => {
      if (this.held.has(attemptId)) return;
      const tree = await this.pool.takeAt(path.join(dir, 'repo'));
      this.held.set(attemptId, tree);
      if (!tree) await this.setAside(dir);
    });
    try {
      await makeFolder(dir);
      await writeMetadata(dir, this.metadataOf(spec, false));
    } catch (error) {
      throw (await diskFailure(messageOf(error), this.deps.dir)) ?? error;
    }
    return { dir };
  }

  async acquire(spec: AttemptSpec, signal: AbortSignal): Promise<Workspace> {
    // Its agent was restarted between the two.
    if (!this.held.has(spec.attemptId)) await this.claim(spec);
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
    const { repo, attemptId } = spec;
    const [fetched, idle] = await this.mutex.run(repo.key, async () => {
      const tree = this.held.get(attemptId) ?? (await this.pool.take(repo.key));
      this.held.set(attemptId, tree);
      return [await this.bring(spec, tree, signal), tree] as const;
    });
    const { mirror, start } = fetched;
    const dir = this.folderOf(attemptId);
    const tree = { path: path.join(dir, 'repo'), mirror, repoKey: repo.key, attemptId, head: null };
    this.held.set(attemptId, tree);
    const made = await this.checkout(tree, idle, spec, start, signal);
    // Known from here on, whatever happens: work may be in it.
    await writeMetadata(dir, this.metadataOf(spec, true));
    const how = [made.how, FROM[fetched.how], ...(made.brought ? [made.brought.how] : [])];
    return { repo: tree.path, start, how: how.join(', '), patch: made.brought?.patch ?? null };
  }

  private async bring(spec: AttemptSpec, idle: Tree | null, signal: AbortSignal): Promise<Fetched> {
    const { git, coordinator, now } = this.deps;
    const { baseCommit, startFrom } = spec.repo;
    if (idle?.head !== baseCommit || startFrom !== null) {
      return await fetchFor(spec, { git, coordinator, cacheDir: this.cacheDir, now }, signal);
    }
    // A tree stands at that very commit: it need not be looked for.
    await touchMirror(idle.mirror, now());
    return { mirror: idle.mirror, start: baseCommit, how: 'cached' };
  }

  private async checkout(
    tree: Tree,
    idle: Tree | null,
    spec: AttemptSpec,
    start: string,
    signal: AbortSignal,
  ): Promise<{ how: string; brought: Brought | null }> {
    const { git, dir } = this.deps;
    const { branch } = spec;
    try {
      const head = idle?.head ?? null;
      const isThere = idle !== null && head !== null && (await this.takeOver(idle.path, tree.path));
      const isReused = isThere && (await reuseTree({ ...tree, head }, branch, start, git, signal));
      if (!isReused) await addTree(tree, branch, start, git, signal);
      const remote = remoteFor(spec, this.deps, signal);
      const brought = await bringWork({ repo: tree.path, start, spec, remote, git, signal });
      return { how: isReused ? 'work tree taken over' : 'new work tree', brought };
    } catch (error) {
      signal.throwIfAborted();
      const said = error instanceof GitError ? error.stderr : messageOf(error);
      const ofDisk = await diskFailure(said, dir);
      throw (
        ofDisk ?? new StepFailure('workspace_failed', `the work tree could not be made: ${said}`)
      );
    }
  }

  private async takeOver(from: string, to: string): Promise<boolean> {
    if (from === to) return true;
    try {
      await moveTree(from, to);
      return true;
    } catch (error) {
      this.deps.warn(`a kept work tree cannot be used again: ${messageOf(error)}`);
      return false;
    } finally {
      await rm(path.dirname(from), { recursive: true, force: true });
    }
  }

  async release({
    attemptId,
    unwanted = false,
  }: Parameters<Workspaces['release']>[0]): Promise<void> {
    const tree = this.held.get(attemptId);
    this.held.delete(attemptId);
    const own = path.join(this.folderOf(attemptId), 'repo');
    const nothing = { path: own, mirror: '', repoKey: '', attemptId, head: null };
    // It ended before it took over the idle tree that it was given: its own folder holds nothing.
    if (tree?.path !== own) await this.pool.give(nothing, true);
    if (tree) await this.pool.give(tree, unwanted);
  }

  async repos(): Promise<string[]> {
    return await listMirrors(this.cacheDir);
  }

  kept(): Kept[] {
    return this.pool.kept();
  }

  async review(): Promise<void> {
    await this.pool.review();
  }

  async removeUnused(before: number): Promise<string | null> {
    const tree = await this.pool.removeIdle(before);
    if (tree !== null) return tree;
    const keys = await this.repos();
    const ages = await Promise.all(
      keys.map(async (key) => ({ key, at: await lastUsed(this.mirrorOf(key)).catch(() => 0) })),
    );
    for (const { key, at } of ages.toSorted((a, b) => a.at - b.at)) {
      if (at >= before) return null;
      if (this.pool.hasIdle(key)) continue;
      const mirror = this.mirrorOf(key);
      const isRemoved = await this.alone(key, async () => {
        await rm(mirror, { recursive: true, force: true });
      });
      if (isRemoved) return mirror;
    }
    return null;
  }

  async maintain(): Promise<void> {
    for (const key of await this.repos()) {
      const mirror = this.mirrorOf(key);
      if (await wantsCare(mirror))
        await this.alone(key, async () => await careFor(mirror, this.deps.git));
    }
  }

  async close(): Promise<void> {
    await this.pool.settled();
  }

  /** Does something to a mirror that would break the trees which borrow from it; false when there are some. */
  private async alone(key: string, work: () => Promise<unknown>): Promise<boolean> {
    return await this.mutex.run(key, async () => {
      const isHeld = [...this.held.values()].some((tree) => tree?.repoKey === key);
      if (isHeld || this.pool.borrows(key)) return false;
      await this.pool.forget(key);
      if (this.pool.borrows(key)) return false;
      await work();
      return true;
    });
  }

  /** Removes the mirror and its idle trees; false while another tree borrows from it. */
  private async forgetMirror({ repo, attemptId }: AttemptSpec): Promise<boolean> {
    const own = this.held.get(attemptId) ?? null;
    this.held.set(attemptId, null);
    const isDone = await this.alone(repo.key, async () => {
      await rm(this.mirrorOf(repo.key), { recursive: true, force: true });
    });
    if (!isDone) this.held.set(attemptId, own);
    return isDone;
  }

  /** Moves what is kept of an earlier run of the same attempt out of its way. */
  private async setAside(dir: string): Promise<void> {
    if (!(await exists(dir))) return;
    let number = 2;
    while (await exists(`${dir}~${number}`)) number += 1;
    await rename(dir, `${dir}~${number}`);
    this.pool.moved(path.join(dir, 'repo'), path.join(`${dir}~${number}`, 'repo'));
  }

  private metadataOf({ taskId, attemptId, branch, repo }: AttemptSpec, worked: boolean): Metadata {
    const mirror = this.mirrorOf(repo.key);
    const at = this.deps.now();
    const { boot } = this.deps;
    return { taskId, attemptId, repoKey: repo.key, branch, mirror, at, worked, boot, kept: false };
  }

  private folderOf(id: AttemptId): string {
    return path.join(this.tasksDir, id);
  }

  private mirrorOf(repoKey: string): string {
    return path.join(this.cacheDir, `${repoKey}.git`);
  }
}

/** Not the recursive kind, which calls a read-only file system a missing folder. */
async function makeFolder(dir: string): Promise<void> {
  if (!(await exists(dir))) await mkdir(dir);
}

/** What git says about a repository that a power failure left broken. */
const DAMAGE =
  /not a git repository|corrupt|bad object|missing (blob|tree|commit)|unable to read|loose object|did not receive expected/i;

const FROM: Readonly<Record<Fetched['how'], string>> = {
  cached: 'repository from the cache',
  fetched: 'repository brought up to date',
  cloned: 'repository fetched for the first time',
};
