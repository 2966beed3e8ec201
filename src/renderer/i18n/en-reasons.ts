/** Why a task did not go to an agent, and why a change was not merged, in English. */
import type { LackCode } from '../../shared/domain/attempt.ts';
import type { MergeRefusal } from '../../shared/domain/task.ts';

/** @param about the engine, the needs, or what is the matter */
const lacks: Record<LackCode, (about: string) => string> = {
  offline: () => 'is offline',
  draining: () => 'takes no new work',
  trouble: (about) => `is in trouble: ${about}`,
  overloaded: () => 'is overloaded',
  full: () => 'has no free slot',
  no_engine: (about) => `does not have ${about}`,
  engine_not_ready: (about) => `${about} is not ready`,
  missing: (about) => `lacks ${about}`,
};

interface RefusedOf {
  readonly branch: string;
  readonly base: string;
}

/** `null`: what git or the server said says it best. */
const merges: Record<MergeRefusal, ((change: RefusedOf) => string) | null> = {
  conflict: ({ branch, base }) =>
    `${branch} and ${base} both changed the same lines. Send the task back, so that it is done again on the newest ${base}.`,
  in_the_way: ({ base }) =>
    `Your work tree has ${base} checked out with changes that are not committed, and the merge would overwrite them. Commit, stash or remove them there, then approve again.`,
  rebasing: ({ base }) =>
    `${base} is being rebased. Finish or abort that there, then approve again.`,
  moved: ({ base }) => `${base} moved each time the merge was made. Approve again.`,
  change_gone: ({ branch }) =>
    `The change (${branch}) is not in the coordinator’s mirror any more. Retry the task.`,
  branch_gone: ({ base }) => `The repository has no branch ${base} any more.`,
  not_current: () =>
    'The change is of an attempt that does not count any more. Send the task back, so that it is made anew.',
  not_taken: null,
  unreadable: null,
  internal: null,
};

export const enReasons = { lacks, merges };
