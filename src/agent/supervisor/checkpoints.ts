/**
 * Checkpoints of one attempt: every so often, what changed in the work tree is committed beside its branch and pushed
 * through the coordinator, so that another agent can go on from there.
 */
import type { Clock } from '../../shared/clock.ts';
import type { AttemptSpec } from '../../shared/protocol/agent.ts';
import { makeCheckpoint, pushCheckpoint } from '../checkpoint.ts';
import type { Git } from '../git.ts';
import type { Workspace } from '../workspace.ts';

export interface Checkpoints {
  /** From now on, one is made after each interval. */
  begin(workspace: Workspace): void;
  /** Makes no more; resolves when none is under way. */
  end(): Promise<void>;
  /** One last, of how things stand now. At most `ms` are spent on it. */
  last(ms: number): Promise<void>;
}

export interface CheckpointDeps {
  readonly spec: AttemptSpec;
  readonly coordinator: string;
  readonly git: Git;
  readonly clock: Clock;
  /** The commit is with the coordinator. */
  readonly made: (commit: string) => void;
  readonly warn: (error: unknown, message: string) => void;
}

export function createCheckpoints(deps: CheckpointDeps): Checkpoints {
  const { spec, clock, made, warn } = deps;
  let tree: Workspace | null = null;
  let lastCommit = spec.work?.use === 'continue' ? spec.work.commit : null;
  let abort = new AbortController();
  let underWay = Promise.resolve();
  let cancel = (): void => {};

  async function make(signal: AbortSignal): Promise<void> {
    if (!tree) return;
    const { coordinator, git } = deps;
    const { attemptId, author, gitToken, workBranch } = spec;
    const { repo, start } = tree;
    const about = { repo, attemptId, git, signal };
    const commit = await makeCheckpoint({ ...about, start, author, last: lastCommit });
    if (commit === null) return;
    const to = { coordinator, repoPath: spec.repo.path, workBranch, gitToken };
    await pushCheckpoint({ ...about, ...to, commit });
    lastCommit = commit;
    made(commit);
  }

  async function makeAndGoOn(signal: AbortSignal): Promise<void> {
    try {
      await make(signal);
    } catch (error) {
      if (!signal.aborted) warn(error, `a checkpoint of ${spec.attemptId} could not be made`);
    }
    if (!signal.aborted) schedule();
  }

  function schedule(): void {
    cancel = clock.after(spec.limits.checkpointMs, () => {
      underWay = makeAndGoOn(abort.signal);
    });
  }

  return {
    begin(workspace) {
      tree = workspace;
      schedule();
    },
    async end() {
      cancel();
      abort.abort();
      await underWay;
    },
    async last(ms) {
      await this.end();
      abort = new AbortController();
      const stop = clock.after(ms, () => abort.abort());
      try {
        await make(abort.signal);
      } catch (error) {
        warn(error, `the last checkpoint of ${spec.attemptId} could not be made`);
      } finally {
        stop();
      }
    },
  };
}
