/** Pushes the attempt's commit to its branch, which the coordinator allows to nobody else. */
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFailure } from './disk.ts';
import { StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { isPassing, pushCommit } from './remote.ts';
import { markSafe } from './safety.ts';

export interface PushDeps {
  readonly git: Git;
  readonly coordinator: string;
  readonly signal: AbortSignal;
}

/** @throws StepFailure `push_failed`, or because of the disk */
export async function pushBranch(
  repo: string,
  commit: string,
  spec: AttemptSpec,
  { git, coordinator, signal }: PushDeps,
): Promise<void> {
  const { attemptId, gitToken, branch } = spec;
  const remote = { coordinator, repoPath: spec.repo.path, attemptId, gitToken, git, signal };
  try {
    // Forced: the branch is this task's alone, and an earlier attempt may have left other commits on it.
    await pushCommit(repo, commit, branch, remote);
    await markSafe(repo, 'change', commit, git);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw (
      (await diskFailure(error.stderr, repo)) ??
      new StepFailure(
        'push_failed',
        `the branch ${branch} could not be pushed to the coordinator: ${error.stderr}. ${adviceFor(error)}`,
      )
    );
  }
}

function adviceFor(error: GitError): string {
  return isPassing(error)
    ? 'The coordinator did not answer for a while: see that it runs and that this PC reaches it, then retry.'
    : 'The coordinator refused it: see its log for the reason, then retry.';
}
