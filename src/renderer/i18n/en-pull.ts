/** The issue and the pull request of a task, and what happens with them next, in English. */
import type { PullRequest } from '../../shared/domain/pull.ts';
import type { NextStep } from '../task/pull/next-step.ts';

/** What the next step is, and who takes it. */
const next: Record<NextStep, string> = {
  merged: 'It is merged. The issue is closed with it.',
  closed: 'It was closed without being merged. Reopen it at GitHub, or retry the task.',
  reworked: 'An agent works on it again. Its new commits go to the same branch.',
  waits_for_agent: 'It goes back to an agent, who goes on with the same branch.',
  checks_then_merge: 'It is merged by itself when its checks have passed.',
  review_then_merge:
    'It is merged by itself when the review that the repository asks for is there.',
  rules_then_merge: 'It is merged by itself as soon as the rules of the repository allow it.',
  merging: 'It is being merged.',
  conflict: 'It does not fit its base any more. Koubou brings it up to date, or sends it back.',
  behind: 'Its base moved on. Koubou brings it up to date.',
  checks_failed: 'A check failed. Send it back, or run the check again at GitHub.',
  changes_requested: 'A reviewer asked for changes. They go to an agent as the next attempt.',
  checks_pending: 'Its checks run. After that it can be merged.',
  draft: 'It is a draft. Mark it ready at GitHub, or merge it here.',
  review_required: 'The repository asks for a review at GitHub. After that it can be merged.',
  blocked: 'A rule of the repository is not met yet. GitHub shows which.',
  ready: 'It can be merged: here, or at GitHub.',
};

const checks: Record<PullRequest['checks'], string> = {
  none: 'No checks',
  pending: 'Checks run',
  passed: 'Checks passed',
  failed: 'Checks failed',
};

const review: Record<PullRequest['review'], string> = {
  none: 'No review',
  required: 'Review required',
  approved: 'Approved',
  changes_requested: 'Changes requested',
};

const mergeable: Record<PullRequest['mergeable'], string> = {
  unknown: 'GitHub works out whether it can be merged',
  clean: 'Can be merged',
  conflict: 'Conflicts with its base',
  behind: 'Behind its base',
  blocked: 'Held by a rule of the repository',
};

export const enPull = {
  title: 'Pull request',
  states: { draft: 'Draft', open: 'Open', merged: 'Merged', closed: 'Closed' },
  issueStates: { open: 'open', closed: 'closed' },
  issue: (ref: string, state: string | null) =>
    state === null
      ? `Issue ${ref}, opens in the browser`
      : `Issue ${ref}, ${state}, opens in the browser`,
  checks,
  checkStates: { pending: 'runs', passed: 'passed', failed: 'failed' },
  passedOf: (passed: number, all: number) => `${passed} of ${all} passed`,
  review,
  mergeable,
  autoMerge: 'Merges by itself',
  nextTitle: 'Next',
  next,
  mergeNow: 'Merge now',
  open: 'Open in browser',
  mark: (ref: string, state: string, checkWords: string) =>
    `Pull request ${ref}: ${state}, ${checkWords}`,
  blockers: 'Waits for issues',
  blockersText: 'They must be closed first.',
  marks: { pull: 'Pull request', source: 'Issue' },
  moreChecks: (n: number) => `Show all ${n}`,
};
