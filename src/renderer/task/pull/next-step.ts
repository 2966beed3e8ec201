/** What happens next with the pull request of a task, and who does it. Pure; the words are in the tables of languages. */
import type { PullRequest } from '../../../shared/domain/pull.ts';
import { isEnd, isHeld, type Task } from '../../../shared/domain/task.ts';

export type NextStep =
  | 'merged'
  | 'closed'
  | 'reworked'
  | 'waits_for_agent'
  | 'checks_then_merge'
  | 'review_then_merge'
  | 'rules_then_merge'
  | 'merging'
  | 'conflict'
  | 'behind'
  | 'checks_failed'
  | 'changes_requested'
  | 'checks_pending'
  | 'draft'
  | 'review_required'
  | 'blocked'
  | 'ready';

export function nextStepOf(
  { state, merge }: Pick<Task, 'state' | 'merge'>,
  pull: PullRequest,
): NextStep {
  if (pull.state !== 'open') return pull.state;
  if (isHeld(state)) return 'reworked';
  if (state !== 'review' && !isEnd(state)) return 'waits_for_agent';
  const trouble = troubleOf(pull);
  if (trouble) return trouble;
  if (merge?.state === 'requested' || pull.autoMerge) return mergingBy(pull);
  if (pull.checks === 'pending') return 'checks_pending';
  if (pull.isDraft) return 'draft';
  if (pull.review === 'required') return 'review_required';
  if (pull.mergeable === 'behind' || pull.mergeable === 'blocked') return pull.mergeable;
  return 'ready';
}

/** What keeps it from being merged until somebody does something about it. */
function troubleOf({ mergeable, review, checks }: PullRequest): NextStep | null {
  if (review === 'changes_requested') return 'changes_requested';
  if (mergeable === 'conflict') return 'conflict';
  return checks === 'failed' ? 'checks_failed' : null;
}

function mergingBy({ checks, review, mergeable }: PullRequest): NextStep {
  if (checks === 'pending') return 'checks_then_merge';
  if (review === 'required') return 'review_then_merge';
  return mergeable === 'clean' ? 'merging' : 'rules_then_merge';
}

/** A merge that somebody can ask for now: not while one is under way or nothing would come of it. */
export function canMerge(
  { state, merge }: Pick<Task, 'state' | 'merge'>,
  pull: PullRequest,
): boolean {
  if (state !== 'review' || pull.state !== 'open' || merge?.state === 'requested') return false;
  return troubleOf(pull) === null;
}
