/** Why a task waits or did not go to an agent, and why a change was not merged, in English. */
import type { LackCode } from '../../shared/domain/attempt.ts';
import type { MergeRefusal } from '../../shared/domain/task.ts';
import type { HoldReason } from '../../shared/domain/supply.ts';
import type { Shut, Wait } from '../../shared/domain/wait.ts';

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
  engine_held: () => 'its engines cannot speak just now',
  resting: () => 'is at rest',
  elsewhere: () => 'belongs to another coordinator',
  not_cleared: (about) => `is not cleared for ${about} work`,
  wrong_place: (about) => `does not stand in ${about}`,
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
  checks_failed: () =>
    'Checks of the pull request failed. Send the task back, or run them again and approve again.',
  not_reviewed: () =>
    'The repository asks for a review that is not there yet. When it is, approve again.',
  changes_requested: () => 'A reviewer asked for changes; the task goes back by itself.',
  closed: () => 'The pull request is closed. Reopen it, then approve again.',
  forge_refused: null,
  not_taken: null,
  unreadable: null,
  internal: null,
};

/** Why a task is still in the queue; what keeps each agent follows where there are agents. */
const waits: Record<Exclude<Wait['code'], 'models' | Shut['code']>, string> = {
  stopped: 'The workshop is stopped. Let it go on, and the task is given to an agent.',
  paused: 'The queue is paused. Resume it, and the task is given to an agent.',
  nobody: 'No agent is connected.',
  unable: 'No connected agent can take it:',
  busy: 'Every agent that can take it is kept from it just now:',
};

/** The same, where no account can speak for its engine. @param when it is over, as people say it */
const models: Record<HoldReason, (engine: string, when: string | null) => string> = {
  signed_out: (engine) =>
    `No account for ${engine} is signed in. Sign in again under Settings, Accounts; it goes on by itself.`,
  limited: (engine, when) =>
    `Every account for ${engine} is at its limit. It goes on by itself${when === null ? ' when that is over' : ` ${when}`}.`,
  unreachable: (engine) =>
    `The models of ${engine} cannot be reached. It goes on by itself when they answer.`,
};

/** The same, where its part of the queue is shut. @param priority as people say it */
const shut = {
  priority: (priority: string) =>
    `Tasks of this priority (${priority}) are paused. Resume them, and it is given to an agent.`,
  repo: (repo: string) =>
    `The tasks of ${repo} are paused. Resume them, and it is given to an agent.`,
  turn: (key: string, task: string) =>
    `${task} has the turn of “${key}”, on which only one task is worked at a time.`,
  quota: (owner: string, running: number, most: number) =>
    `${owner} has ${running} tasks in hand, of ${most} that one may have. It goes on when one of them ends.`,
};

export const enReasons = {
  ...{ lacks, merges, waits, models, shut },
  /** Instead of a name, where the task leaves the engine open. */
  anyEngine: 'the engines that could take it',
  more: (n: number) => `and ${n} more`,
};
