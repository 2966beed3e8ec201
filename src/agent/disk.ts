/** Tells what a program said because the disk takes no writes from what it said for any other reason. */
import { diskFull, saysDiskFull, StepFailure } from './failure.ts';

const READ_ONLY = /read-only file system|EROFS/i;

/** @returns the failure that has a name, with what to do; `null` when the disk is not the reason */
export async function diskFailure(said: string, dir: string): Promise<StepFailure | null> {
  if (saysDiskFull(said)) return await diskFull(dir);
  if (!READ_ONLY.test(said)) return null;
  return new StepFailure(
    'agent_read_only',
    `the file system of the agent takes no writes at ${dir}. Look at its disk (a file system is often made read-only after a disk error), then retry.`,
  );
}
