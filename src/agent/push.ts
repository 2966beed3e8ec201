/** Pushes the attempt's commit to its branch, which the coordinator allows to nobody else. */
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { StepFailure } from './failure.ts';
import { credentialConfig, GitError, type Git } from './git.ts';

export interface PushDeps {
  readonly git: Git;
  readonly coordinator: string;
  readonly signal: AbortSignal;
}

/** @throws StepFailure `push_failed` */
export async function pushBranch(
  repo: string,
  commit: string,
  spec: AttemptSpec,
  { git, coordinator, signal }: PushDeps,
): Promise<void> {
  const config = credentialConfig(coordinator, spec.attemptId, spec.gitToken);
  const url = `${coordinator}${spec.repo.path}`;
  try {
    // Forced: the branch is this task's alone, and an earlier attempt may have left other commits on it.
    await git(['push', '-q', url, `+${commit}:refs/heads/${spec.branch}`], {
      cwd: repo,
      signal,
      config,
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new StepFailure(
      'push_failed',
      `the branch ${spec.branch} could not be pushed to the coordinator: ${error.stderr}`,
    );
  }
}
