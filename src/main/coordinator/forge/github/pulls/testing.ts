/** Tasks and pull requests for the tests of what is pure here. */
import type { PullRequest } from '../../../../../shared/domain/pull.ts';
import { Task, type Change } from '../../../../../shared/domain/task.ts';
import { attemptIdOf, taskIdOf } from '../../../../../shared/ids.ts';

const ID = taskIdOf(1);

export const CHANGE: Change = {
  ...{ attemptId: attemptIdOf(ID, 1), branch: 'koubou/task-1-t', base: 'main' },
  ...{ commit: 'c'.repeat(40), baseCommit: 'b'.repeat(40) },
  stats: { files: 2, insertions: 3, deletions: 1 },
  tests: { outcome: 'passed', command: 'npm test', exitCode: 0, durationMs: 4_200 },
};

export function taskWith(more: Partial<Task> = {}): Task & { change: Change } {
  const task = Task.parse({
    ...{
      id: ID,
      title: 'T',
      body: '',
      repo: { url: 'https://github.com/acme/shop', base: 'main' },
    },
    ...{ priority: 'normal', engine: { kind: 'command', run: 'true' }, needs: [], after: [] },
    ...{ at: null, state: 'review', specialty: null, createdAt: 0, createdBy: 'ada', updatedAt: 0 },
    ...{ queuedAt: null, attemptId: CHANGE.attemptId, attempts: 1, failures: 0, losses: 0 },
    ...{ change: CHANGE, failure: null, merge: null, feedback: [], cancelReason: null },
    ...more,
  });
  return { ...task, change: task.change ?? CHANGE };
}

export function pullWith(more: Partial<PullRequest> = {}): PullRequest {
  return {
    ...{ repo: 'acme/shop', number: 2, url: 'https://github.com/acme/shop/pull/2', base: 'main' },
    ...{ branch: CHANGE.branch, state: 'open', isDraft: false, headCommit: CHANGE.commit },
    ...{ checks: 'none', checkRuns: [], review: 'none', mergeable: 'clean', autoMerge: false },
    ...{ mergeCommit: null, endedBy: null },
    ...more,
  };
}
