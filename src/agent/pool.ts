/** Work trees of ended attempts, clean and waiting for the next attempt on their repository. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { TaskId } from '../shared/ids.ts';
import { messageOf } from './failure.ts';
import type { Git } from './git.ts';
import { removeTree, tidyTree, type Tree } from './tree.ts';

/** Trees kept per repository, and in all: each takes the disk space of a checkout. */
const IDLE_PER_REPO = 2;
const IDLE_TOTAL = 8;

export interface Pool {
  /** Takes the tree that an earlier attempt of the task left in its folder, if any. */
  takeOf(taskId: TaskId): Promise<Tree | null>;
  /** Takes an idle tree of the repository, if there is one. */
  take(repoKey: string): Promise<Tree | null>;
  /** Cleans the tree in the background and keeps it. */
  give(tree: Tree, branch: string): void;
  /** Removes all idle trees of the repository. */
  forget(repoKey: string): Promise<void>;
  /** Resolves when nothing is being cleaned. */
  settled(): Promise<void>;
}

export function createPool(git: Git, warn: (message: string) => void): Pool {
  let idle: Tree[] = [];
  const cleaning = new Map<Tree, Promise<void>>();

  async function clean(tree: Tree, branch: string): Promise<void> {
    const tidy = await tidyTree(tree, branch, git);
    if (tidy) idle.push(tidy);
    else await discard(tree);
    for (const surplus of takeSurplus()) await discard(surplus);
  }

  function takeSurplus(): Tree[] {
    const kept: Tree[] = [];
    const surplus: Tree[] = [];
    for (const tree of idle.toReversed()) {
      const same = kept.filter(({ repoKey }) => repoKey === tree.repoKey).length;
      (same < IDLE_PER_REPO && kept.length < IDLE_TOTAL ? kept : surplus).push(tree);
    }
    idle = kept.toReversed();
    return surplus;
  }

  /** Logs go with the tree: the coordinator has the recording. */
  async function discard(tree: Tree): Promise<void> {
    await rm(path.dirname(tree.path), { recursive: true, force: true });
    await removeTree(tree, git);
  }

  async function cleaned(which: (tree: Tree) => boolean): Promise<void> {
    await Promise.all([...cleaning].filter(([tree]) => which(tree)).map(([, work]) => work));
  }

  function pick(which: (tree: Tree) => boolean): Tree | null {
    const found = idle.findLast(which) ?? null;
    idle = idle.filter((tree) => tree !== found);
    return found;
  }

  const pickOf = (repoKey: string): Tree | null => pick((tree) => tree.repoKey === repoKey);

  return {
    async takeOf(taskId) {
      await cleaned((tree) => tree.taskId === taskId);
      return pick((tree) => tree.taskId === taskId);
    },
    async take(repoKey) {
      const found = pickOf(repoKey);
      if (found) return found;
      // Cleaning a tree is faster than making one.
      await cleaned((tree) => tree.repoKey === repoKey);
      return pickOf(repoKey);
    },
    give(tree, branch) {
      const work = clean(tree, branch)
        .catch((error: unknown) => warn(`a work tree could not be cleaned: ${messageOf(error)}`))
        .finally(() => cleaning.delete(tree));
      cleaning.set(tree, work);
    },
    async forget(repoKey) {
      await cleaned((tree) => tree.repoKey === repoKey);
      for (let tree = pickOf(repoKey); tree; tree = pickOf(repoKey)) {
        await rm(path.dirname(tree.path), { recursive: true, force: true });
      }
    },
    async settled() {
      await Promise.all(cleaning.values());
    },
  };
}
