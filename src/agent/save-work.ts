/**
 * What becomes of the work of an attempt that is over: pushed to its work branch if that is still to be done, told to
 * the coordinator, and its tree given back.
 */
import type { Logger } from 'pino';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import type { AttemptRecord } from './attempt-folder.ts';
import { pause, type MachineClock } from './clock.ts';
import { StepFailure } from './failure.ts';
import type { Git } from './git.ts';
import { keepWork, NO_WRITES } from './keep.ts';

export interface WorkSaver {
  /** Resolves when the work is safe and the coordinator knows, or when it cannot be saved here. */
  save(tree: NonNullable<AttemptRecord['tree']>): Promise<void>;
  /** Tells once more what was saved: the link is a new one. */
  tellAgain(): void;
  /** The coordinator knows. */
  acked(): void;
}

export interface WorkSaverDeps {
  /** Known when the supervisor, or the coordinator, has said the token. */
  readonly spec: Promise<AttemptSpec>;
  readonly coordinator: string;
  readonly git: Git;
  readonly clock: MachineClock;
  readonly log: Logger;
  readonly tell: (commit: string) => void;
}

/** Pause before work that could not be saved is tried again. */
const AGAIN_MS = 10_000;
/** So often on a full disk: then it may be this very tree that fills it, and who looks after the trees has to have it. */
const DISK_TRIES = 6;

export function createWorkSaver(deps: WorkSaverDeps): WorkSaver {
  const { coordinator, git, clock, log, tell } = deps;
  const known = Promise.withResolvers<void>();
  let saved: string | null = null;

  async function push(tree: NonNullable<AttemptRecord['tree']>): Promise<void> {
    const { attemptId, author, repo, workBranch, gitToken } = await deps.spec;
    const to = { coordinator, repoPath: repo.path, workBranch, gitToken };
    saved = await keepWork({ ...tree, attemptId, author, git, ...to });
    if (saved === null) return;
    tell(saved);
    await known.promise;
  }

  return {
    async save(tree) {
      for (let tries = 1; ; tries++) {
        try {
          return await push(tree);
        } catch (error) {
          log.warn({ err: error, repo: tree.repo }, 'the work of an attempt could not be saved');
          if (isFinal(error, tries)) return;
          await pause(clock, AGAIN_MS);
        }
      }
    },
    tellAgain() {
      if (saved !== null) tell(saved);
    },
    acked: known.resolve,
  };
}

/** A coordinator that is away comes back; a tree that an engine broke stays as it is, and is kept. */
function isFinal(error: unknown, tries: number): boolean {
  if (!(error instanceof StepFailure) || error.code === 'push_failed') return false;
  return !NO_WRITES.has(error.code) || tries >= DISK_TRIES;
}
