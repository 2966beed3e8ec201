/**
 * Work trees that attempts gave back: those whose work is safe are cleaned and wait for the next attempt on their
 * repository; the others are kept as they are.
 */
import path from 'node:path';
import type { AttemptId } from '../shared/ids.ts';
import { exists } from './exists.ts';
import { messageOf } from './failure.ts';
import type { Git } from './git.ts';
import { discardFolder, readMetadata, writeMetadata } from './metadata.ts';
import { unsafeWhy } from './safety.ts';
import { tidyTree, type Tree } from './tree.ts';

/** Trees kept per repository, and in all: each takes the disk space of a checkout. */
const IDLE_PER_REPO = 2;
const IDLE_TOTAL = 8;

/** A folder that is kept because the work in it is not safe. */
export interface Kept {
  readonly attemptId: AttemptId;
  /** The work tree. */
  readonly path: string;
  /** For people: what is in it that nobody else has. */
  readonly why: string;
}

export interface Pool {
  /** Takes the idle tree in that place, if it is one. */
  takeAt(place: string): Promise<Tree | null>;
  /** Takes an idle tree of the repository, if there is one. */
  take(repoKey: string): Promise<Tree | null>;
  /**
   * Cleans the tree in the background and has it wait, unless its work is not safe and somebody may want it.
   * Resolves when it is on disk what becomes of it; the cleaning itself goes on.
   */
  give(tree: Tree, isUnwanted: boolean): Promise<void>;
  /** Leaves it alone from now on. */
  keep(kept: Kept & { readonly repoKey: string }): void;
  kept(): Kept[];
  /** A kept tree is elsewhere now. */
  moved(from: string, to: string): void;
  /** Looks at the kept ones again: some may be safe by now, or were removed by hand. */
  review(): Promise<void>;
  /** Removes the tree that is idle for longest, if that is since before `before` (epoch ms); its path, or `null`. */
  removeIdle(before: number): Promise<string | null>;
  /** True while a clean tree of the repository waits. */
  hasIdle(repoKey: string): boolean;
  /** Removes all idle trees of the repository. */
  forget(repoKey: string): Promise<void>;
  /** True while a tree that is kept or being cleaned borrows from the repository. */
  borrows(repoKey: string): boolean;
  /** Resolves when nothing is being cleaned. */
  settled(): Promise<void>;
}

export interface PoolDeps {
  readonly git: Git;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

export function createPool({ git, now, warn }: PoolDeps): Pool {
  const shelf = createShelf();
  const keeping = createKeeping(git, warn);
  const cleaning = new Map<Tree, Promise<void>>();

  async function clean(tree: Tree, isUnwanted: boolean, decided: () => void): Promise<void> {
    const why = isUnwanted ? null : await whyKept(tree, git);
    if (why !== null) {
      await noteKept(tree);
      return keeping.add(tree, why);
    }
    const since = now();
    const isNoted = await noteSafe(tree, since);
    decided();
    const tidy = isNoted ? await tidyTree(tree, git) : null;
    for (const gone of tidy ? shelf.put({ tree: tidy, since }) : [tree]) await discard(gone);
  }

  async function give(tree: Tree, isUnwanted: boolean): Promise<void> {
    const { promise: noted, resolve: decided } = Promise.withResolvers<void>();
    const work = clean(tree, isUnwanted, decided)
      .catch((error: unknown) => keeping.add(tree, `it could not be cleaned: ${messageOf(error)}`))
      .finally(() => cleaning.delete(tree));
    cleaning.set(tree, work);
    await Promise.race([noted, work]);
  }

  async function cleaned(which: (tree: Tree) => boolean): Promise<void> {
    await Promise.all([...cleaning].filter(([tree]) => which(tree)).map(([, work]) => work));
  }

  async function take(which: (tree: Tree) => boolean): Promise<Tree | null> {
    await cleaned(which);
    return shelf.take(which);
  }

  return {
    takeAt: async (place) => await take((tree) => tree.path === place),
    // One that is being cleaned is waited for: cleaning a tree is faster than making one.
    take: async (repoKey) => shelf.take(isOf(repoKey)) ?? (await take(isOf(repoKey))),
    give,
    keep({ attemptId, path: place, why, repoKey }) {
      keeping.add({ path: place, mirror: '', repoKey, attemptId, head: null }, why);
    },
    kept: keeping.list,
    moved: keeping.moved,
    async review() {
      for (const tree of await keeping.takeSafe()) await give(tree, false);
    },
    async removeIdle(before) {
      const oldest = shelf.takeOldest(before);
      if (oldest) await discard(oldest);
      return oldest && oldest.path;
    },
    hasIdle: (repoKey) => shelf.has(isOf(repoKey)),
    async forget(repoKey) {
      await cleaned(isOf(repoKey));
      for (let tree = shelf.take(isOf(repoKey)); tree; tree = shelf.take(isOf(repoKey)))
        await discard(tree);
    },
    borrows: (repoKey) => [...keeping.trees(), ...cleaning.keys()].some(isOf(repoKey)),
    async settled() {
      await Promise.all(cleaning.values());
    },
  };
}

function isOf(repoKey: string): (tree: Tree) => boolean {
  return (tree) => tree.repoKey === repoKey;
}

/** The trees whose work is not safe. */
function createKeeping(
  git: Git,
  warn: PoolDeps['warn'],
): {
  add(tree: Tree, why: string): void;
  list(): Kept[];
  trees(): Tree[];
  moved: Pool['moved'];
  /** Those that turn out to be safe, which are kept no more; what was removed by hand is forgotten. */
  takeSafe(): Promise<Tree[]>;
} {
  const kept = new Map<string, { readonly tree: Tree; readonly why: string }>();
  return {
    add(tree, why) {
      warn(`the work tree ${tree.path} of ${tree.attemptId} is kept: ${why}`);
      kept.set(tree.path, { tree, why });
    },
    list: () =>
      [...kept].map(([place, { tree, why }]) => {
        return { attemptId: tree.attemptId, path: place, why };
      }),
    trees: () => [...kept.values()].map(({ tree }) => tree),
    moved(from, to) {
      const found = kept.get(from);
      kept.delete(from);
      if (found) kept.set(to, { ...found, tree: { ...found.tree, path: to } });
    },
    async takeSafe() {
      const safe: Tree[] = [];
      for (const [place, { tree }] of kept) {
        const isThere = await exists(path.dirname(place));
        if (isThere && (tree.mirror === '' || (await unsafeWhy(place, git)) !== null)) continue;
        kept.delete(place);
        if (isThere) safe.push(tree);
      }
      return safe;
    },
  };
}

interface Idle {
  readonly tree: Tree;
  readonly since: number;
}

/** The clean trees, those given back last at the end. */
function createShelf(): {
  /** Returns the trees that there are too many of now. */
  put(one: Idle): Tree[];
  has(which: (tree: Tree) => boolean): boolean;
  take(which: (tree: Tree) => boolean): Tree | null;
  takeOldest(before: number): Tree | null;
} {
  let idle: Idle[] = [];
  return {
    put(one) {
      const stay: Idle[] = [];
      const surplus: Tree[] = [];
      for (const each of [...idle, one].toReversed()) {
        const same = stay.filter(({ tree }) => tree.repoKey === each.tree.repoKey).length;
        if (same < IDLE_PER_REPO && stay.length < IDLE_TOTAL) stay.push(each);
        else surplus.push(each.tree);
      }
      idle = stay.toReversed();
      return surplus;
    },
    has: (which) => idle.some(({ tree }) => which(tree)),
    take(which) {
      const found = idle.findLast(({ tree }) => which(tree)) ?? null;
      idle = idle.filter((one) => one !== found);
      return found && found.tree;
    },
    takeOldest(before) {
      const [oldest] = idle;
      if (!oldest || oldest.since >= before) return null;
      idle = idle.slice(1);
      return oldest.tree;
    },
  };
}

async function whyKept(tree: Tree, git: Git): Promise<string | null> {
  // One that was never finished holds nothing but our own halves.
  if ((await readMetadata(path.dirname(tree.path)))?.worked === false) return null;
  return await unsafeWhy(tree.path, git);
}

async function discard(tree: Tree): Promise<void> {
  await discardFolder(path.dirname(tree.path));
}

/** Notes that what follows is cleaning, so that a crash in the midst of it leaves no work; false when it cannot. */
async function noteSafe(tree: Tree, at: number): Promise<boolean> {
  const folder = path.dirname(tree.path);
  const metadata = await readMetadata(folder);
  if (!metadata) return false;
  try {
    await writeMetadata(folder, { ...metadata, at, worked: false });
    return true;
  } catch {
    // A full disk: the tree is removed then, which gives room.
    return false;
  }
}

/** It stays what it is over restarts, also of the machine. */
async function noteKept(tree: Tree): Promise<void> {
  const folder = path.dirname(tree.path);
  const metadata = await readMetadata(folder);
  // On a full disk it is kept all the same, until the machine is started again.
  if (metadata) await writeMetadata(folder, { ...metadata, kept: true }).catch(() => {});
}
