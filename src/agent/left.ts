/** What earlier runs of the agent left in its `tasks` folder, sorted into what is used again, kept, and removed. */
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AttemptId } from '../shared/ids.ts';
import { exists } from './exists.ts';
import { discardFolder, GONE, readMetadata } from './metadata.ts';
import type { Kept } from './pool.ts';
import type { Tree } from './tree.ts';

export interface Left {
  /** `worked`: an engine may have left work in it. */
  readonly trees: readonly { readonly tree: Tree; readonly worked: boolean }[];
  /** Nobody can work with them, but work is in them. */
  readonly broken: readonly (Kept & { readonly repoKey: string })[];
}

/** @param held folders that attempts still have */
export async function findLeft(
  tasksDir: string,
  held: ReadonlySet<string>,
  boot: string,
): Promise<Left> {
  const trees: Left['trees'][number][] = [];
  const broken: Left['broken'][number][] = [];
  for (const name of await readdir(tasksDir)) {
    const folder = path.join(tasksDir, name);
    if (held.has(folder)) continue;
    if (name.endsWith(GONE)) {
      await rm(folder, { recursive: true, force: true });
      continue;
    }
    const found = await sort(folder, boot);
    if (found === null) await discardFolder(folder);
    else if ('why' in found) broken.push(found);
    else trees.push(found);
  }
  return { trees, broken };
}

/** `null`: nothing is lost with it. */
async function sort(
  folder: string,
  boot: string,
): Promise<Left['trees'][number] | Left['broken'][number] | null> {
  const repo = path.join(folder, 'repo');
  const metadata = await readMetadata(folder);
  if (!metadata) {
    // A tree of the time when they were part of their mirror has a file there.
    const attemptId = AttemptId.safeParse(path.basename(folder).split('~')[0]);
    if (!attemptId.success || !(await isFolder(path.join(repo, '.git')))) return null;
    const why = 'what is known about it was lost';
    return { attemptId: attemptId.data, repoKey: '', path: repo, why };
  }
  const { attemptId, repoKey, mirror, worked } = metadata;
  // The machine went down under it: what was not written through is torn, and cannot be told from work. What was
  // pushed of it is with the coordinator.
  if (worked && !metadata.kept && metadata.boot !== boot) return null;
  const [hasGit, hasMirror] = [await isFolder(path.join(repo, '.git')), await exists(mirror)];
  if (hasGit && hasMirror) {
    return { tree: { path: repo, mirror, repoKey, attemptId, head: null }, worked };
  }
  if (!worked || !(await exists(repo))) return null;
  const why = hasGit ? 'the repository it borrows from is gone' : 'its git folder is gone';
  return { attemptId, repoKey, path: repo, why };
}

async function isFolder(place: string): Promise<boolean> {
  return await lstat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
