/**
 * Checkpoints: work in progress, committed beside the branch of a work tree and pushed to the attempt's work branch, so
 * that another agent can go on from there.
 */
import path from 'node:path';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFailure } from './disk.ts';
import { StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { pushCommit } from './remote.ts';
import { markSafe, treeOf } from './safety.ts';
import { snapshot, type Snapshot } from './snapshot.ts';
import { mendTree } from './tree.ts';

export interface CheckpointOptions {
  readonly repo: string;
  readonly start: string;
  /** The checkpoint before this one. */
  readonly last: string | null;
  readonly attemptId: AttemptId;
  readonly author: AttemptSpec['author'];
  readonly git: Git;
  readonly signal?: AbortSignal;
}

/**
 * Commits everything in the work tree (untracked too, ignored not) on top of `start`, without touching its index, HEAD,
 * branch or stash. Files that cannot be taken are left out and named in its message.
 * @returns the commit; `null` when nothing differs from `start`, or from `last`
 * @throws StepFailure
 */
export async function makeCheckpoint(options: CheckpointOptions): Promise<string | null> {
  const { repo } = options;
  try {
    await mendTree(repo, options.start);
    return await commitTree(options, path.join(repo, '.git'));
  } catch (error) {
    throw await explained(error, repo, 'the work in progress cannot be committed');
  }
}

/** As `makeCheckpoint`, with the temporary index in `scratch`. @throws GitError */
export async function commitTree(
  { repo, start, last, attemptId, author, git, signal }: CheckpointOptions,
  scratch: string,
): Promise<string | null> {
  const found = await snapshot({ repo, start, scratch, git, signal });
  for (const known of [start, last])
    if (known !== null && (await treeOf(repo, known, git)) === found.tree) return null;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const args = ['commit-tree', found.tree, '-p', start, '-F', '-'];
  const input = messageFor(attemptId, found);
  const { out } = await git(args, { cwd: repo, env, input, ...(signal && { signal }) });
  return out.trim();
}

function messageFor(attemptId: AttemptId, { leftOut }: Snapshot): string {
  const note = leftOut.length === 0 ? '' : `\nLeft out:\n${leftOut.join('\n')}\n`;
  return `Work in progress of ${attemptId}\n${note}`;
}

export interface PushCheckpointOptions {
  readonly repo: string;
  readonly commit: string;
  readonly coordinator: string;
  readonly repoPath: string;
  readonly workBranch: string;
  readonly attemptId: AttemptId;
  readonly gitToken: string;
  readonly git: Git;
  readonly signal?: AbortSignal;
}

/** Pushes it to the attempt's work branch through the coordinator; what was there before is replaced. @throws StepFailure */
export async function pushCheckpoint(o: PushCheckpointOptions): Promise<void> {
  try {
    await pushCommit(o.repo, o.commit, o.workBranch, o);
    await markSafe(o.repo, 'checkpoint', o.commit, o.git);
  } catch (error) {
    const what = `the work in progress could not be pushed to ${o.workBranch}; it stays at ${o.repo}`;
    throw await explained(error, o.repo, what, 'push_failed');
  }
}

async function explained(
  error: unknown,
  repo: string,
  what: string,
  code: 'push_failed' | 'workspace_failed' = 'workspace_failed',
): Promise<unknown> {
  const isOfDisk = error instanceof Error && 'code' in error;
  if (!(error instanceof GitError) && !isOfDisk) return error;
  const said = error instanceof GitError ? error.stderr : error.message;
  return (await diskFailure(said, repo)) ?? new StepFailure(code, `${what}: ${said}`);
}
