/**
 * Fetches from the coordinator and pushes to it, as one attempt. A coordinator that is away for a moment is waited for;
 * a push whose answer was lost is told from one that failed by asking for the branch.
 */
import type { Clock } from '../shared/clock.ts';
import { pause, systemClock } from './clock.ts';
import { credentialConfig, GitError, type Git, type GitOptions } from './git.ts';

export interface Remote {
  /** `http://host:port` */
  readonly coordinator: string;
  /** Path of the repository on the coordinator's address. */
  readonly repoPath: string;
  /** The user: an attempt, or a self-test. */
  readonly attemptId: string;
  readonly gitToken: string;
  readonly git: Git;
  readonly signal?: AbortSignal | undefined;
}

/** Pauses between tries, ms: a coordinator that is restarted is back within seconds. */
const PAUSES = [250, 500, 1_000, 2_000, 4_000, 8_000];

/** @throws GitError, or the signal's reason */
export async function fetchRefs(
  repo: string,
  refs: readonly string[],
  remote: Remote,
): Promise<void> {
  const args = ['fetch', '-q', '--no-write-fetch-head', urlOf(remote), ...refs];
  await patiently(async () => await remote.git(args, optionsFor(repo, remote)), remote.signal);
}

/** Makes `branch` at the coordinator be `commit`, whatever it was. @throws GitError, or the signal's reason */
export async function pushCommit(
  repo: string,
  commit: string,
  branch: string,
  remote: Remote,
): Promise<void> {
  const args = ['push', '-q', urlOf(remote), `+${commit}:refs/heads/${branch}`];
  await patiently(async () => {
    try {
      await remote.git(args, optionsFor(repo, remote));
    } catch (error) {
      // What was lost may have been no more than the answer. Git's HTTP library then asks once more by itself, and is
      // refused because the branch is there: so a refusal is looked into as well.
      if (!(error instanceof GitError) || !(await isThere(repo, commit, branch, remote)))
        throw error;
    }
  }, remote.signal);
}

/** True for what a coordinator that is away, or a bad link, makes git say. */
export function isPassing(error: unknown): error is GitError {
  return error instanceof GitError && PASSING.test(error.stderr);
}

const PASSING =
  /failed to connect|could not resolve|couldn't connect|connection (refused|reset|timed out)|timed out|returned error: (429|5\d\d)|HTTP (429|5\d\d)|hung up|early EOF|unexpected disconnect|empty reply|transfer closed|operation too slow|curl (7|18|28|52|55|56)\b/i;

async function isThere(
  repo: string,
  commit: string,
  branch: string,
  remote: Remote,
): Promise<boolean> {
  try {
    const args = ['ls-remote', urlOf(remote), `refs/heads/${branch}`];
    const { out } = await remote.git(args, optionsFor(repo, remote));
    return out.startsWith(`${commit}\t`);
  } catch (error) {
    // Still away: then it is pushed again, which does no harm.
    if (error instanceof GitError) return false;
    throw error;
  }
}

/** Does `work` again, after pauses, while it fails for a passing reason. */
export async function patiently<T>(
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
  clock: Clock = systemClock,
): Promise<T> {
  for (const ms of PAUSES) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await pause(clock, ms, signal);
      signal?.throwIfAborted();
    }
  }
  return await work();
}

function urlOf({ coordinator, repoPath }: Remote): string {
  return `${coordinator}${repoPath}`;
}

function optionsFor(cwd: string, { coordinator, attemptId, gitToken, signal }: Remote): GitOptions {
  const config = credentialConfig(coordinator, attemptId, gitToken);
  return { cwd, config, ...(signal && { signal }) };
}
