/** What is to be done with a pull request as it stands now, so that it comes to be merged. Pure. */
import type { PullRequest } from '../../../../../shared/domain/pull.ts';
import type { MergeRefusal } from '../../../../../shared/domain/task.ts';

export type Step =
  /** Nothing, until it stands otherwise. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'resolve_conflict' }
  | { readonly kind: 'update_branch' }
  | { readonly kind: 'mark_ready' }
  | { readonly kind: 'merge' }
  | { readonly kind: 'enqueue' }
  | { readonly kind: 'enable_auto' }
  | { readonly kind: 'refuse'; readonly code: MergeRefusal; readonly message: string };

export interface StepFacts {
  readonly pull: PullRequest;
  /** Somebody approved here, and waits for the merge. */
  readonly isRequested: boolean;
  /** It merges without an approval here. */
  readonly isAuto: boolean;
  readonly hasQueue: boolean;
  readonly allowsAuto: boolean;
}

const WAIT: Step = { kind: 'wait' };

export function nextStep(facts: StepFacts): Step {
  const { pull, isRequested, isAuto } = facts;
  if (pull.state !== 'open') return WAIT;
  if (pull.mergeable === 'conflict') return { kind: 'resolve_conflict' };
  const isWanted = isRequested || (isAuto && !pull.isDraft);
  if (!isWanted)
    return pull.mergeable === 'behind' && pull.review === 'approved'
      ? { kind: 'update_branch' }
      : WAIT;
  if (pull.isDraft) return { kind: 'mark_ready' };
  const refused = refusalOf(facts);
  if (refused) return isRequested ? refused : WAIT;
  // In the queue, or told to merge by itself.
  if (pull.autoMerge)
    return pull.mergeable === 'behind' && !facts.hasQueue ? { kind: 'update_branch' } : WAIT;
  if (facts.hasQueue) return pull.mergeable === 'unknown' ? WAIT : { kind: 'enqueue' };
  return whenWanted(facts);
}

function whenWanted({ pull, allowsAuto }: StepFacts): Step {
  switch (pull.mergeable) {
    case 'behind':
      return { kind: 'update_branch' };
    case 'blocked':
      if (allowsAuto) return { kind: 'enable_auto' };
      // All that is known was passed: GitHub says what else it wants.
      return pull.checks === 'passed' && pull.review !== 'required' ? { kind: 'merge' } : WAIT;
    case 'clean':
      return pull.checks === 'pending' ? WAIT : { kind: 'merge' };
    case 'unknown':
    case 'conflict':
      return WAIT;
  }
}

function refusalOf({ pull }: StepFacts): Step | null {
  const name = `${pull.repo}#${pull.number}`;
  if (pull.checks === 'failed') {
    const failed = pull.checkRuns.filter(({ state }) => state === 'failed').map((run) => run.name);
    const which = failed.length === 0 ? '' : ` (${failed.slice(0, 5).join(', ')})`;
    const message = `checks of ${name} failed${which}. Send the task back so that they pass, or run them again at GitHub`;
    return { kind: 'refuse', code: 'checks_failed', message };
  }
  if (pull.review === 'changes_requested') {
    const message = `a reviewer of ${name} asks for changes. Send the task back, or have the review dismissed at GitHub`;
    return { kind: 'refuse', code: 'changes_requested', message };
  }
  if (pull.review === 'required') {
    const message = `the rules of ${pull.repo} want a review of ${name} at GitHub first. Approve again after that`;
    return { kind: 'refuse', code: 'not_reviewed', message };
  }
  return null;
}
