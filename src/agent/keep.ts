/** Saves what the work tree of an attempt that is over still holds; its supervisor may be gone. */
import {
  commitTree,
  makeCheckpoint,
  pushCheckpoint,
  type CheckpointOptions,
  type PushCheckpointOptions,
} from './checkpoint.ts';
import { StepFailure } from './failure.ts';
import { inScratch, readMark, treeOf } from './safety.ts';

export type KeepOptions = Omit<CheckpointOptions, 'last' | 'attemptId'> &
  Omit<PushCheckpointOptions, 'commit'>;

/**
 * Saves it on the attempt's work branch.
 * @returns the commit that is there; `null` when the tree holds nothing but what it started from
 * @throws StepFailure
 */
export async function keepWork(options: KeepOptions): Promise<string | null> {
  try {
    return await keepWith(options, async (o) => await makeCheckpoint(o));
  } catch (error) {
    if (!(error instanceof StepFailure) || !NO_WRITES.has(error.code)) throw error;
    return await keepFromFullDisk(options);
  }
}

/** The disk takes nothing for now. */
export const NO_WRITES: ReadonlySet<string> = new Set(['agent_disk_full', 'agent_read_only']);

async function keepWith(
  options: KeepOptions,
  make: (options: CheckpointOptions) => Promise<string | null>,
): Promise<string | null> {
  const { repo, start, git } = options;
  const before = await readMark(repo, 'checkpoint');
  const commit = await make({ ...options, last: before?.commit ?? null });
  if (commit !== null) {
    await pushCheckpoint({ ...options, commit });
    return commit;
  }
  // It is as it was at the start, or as it was pushed last.
  return before && before.tree !== (await treeOf(repo, start, git)) ? before.commit : null;
}

/** What the tree's own disk does not take is put together where other programs have their temporary files. */
async function keepFromFullDisk(options: KeepOptions): Promise<string | null> {
  return await inScratch(options.repo, options.git, async (scratch, git) => {
    return await keepWith({ ...options, git }, async (o) => await commitTree(o, scratch));
  });
}
