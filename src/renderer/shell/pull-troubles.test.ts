/** What is told of pull requests, and that it is told once. */
import { expect, test } from 'vitest';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { PullRequest } from '../../shared/domain/pull.ts';
import { taskIdOf } from '../../shared/ids.ts';
import { watchPulls } from './pull-troubles.ts';

const PULL: PullRequest = {
  ...{ repo: 'acme/shop', number: 3, url: 'https://github.com/acme/shop/pull/3' },
  ...{ branch: 'koubou/task-1', base: 'main', state: 'open', isDraft: false, headCommit: 'a1' },
  ...{ checks: 'pending', checkRuns: [], review: 'none', mergeable: 'clean' },
  ...{ autoMerge: false, mergeCommit: null, endedBy: null },
};

function seen(part: Partial<PullRequest>, task = 1): StoredEvent {
  const event = { type: 'task.pull_changed', taskId: taskIdOf(task), pull: { ...PULL, ...part } };
  return { seq: 1, at: 1, actor: 'forge', event: event as StoredEvent['event'] };
}

test('failed checks are told once per commit, a request for changes once until it is taken back', () => {
  const watch = watchPulls();
  const kinds = (...events: StoredEvent[]) => watch(events).map(({ kind }) => kind);
  expect(kinds(seen({}))).toEqual([]);
  expect(
    kinds(seen({ checks: 'failed' }), seen({ checks: 'failed', mergeable: 'behind' })),
  ).toEqual(['checks']);
  expect(kinds(seen({ checks: 'failed', review: 'changes_requested' }))).toEqual(['changes']);
  const next = { headCommit: 'b2', review: 'changes_requested' } as const;
  expect(kinds(seen({ ...next, checks: 'failed' }))).toEqual(['checks']);
  expect(kinds(seen({ headCommit: 'b2', review: 'approved' }))).toEqual([]);
  expect(kinds(seen(next))).toEqual(['changes']);
});

test('another task has its own troubles, and one that has ended has none', () => {
  const watch = watchPulls();
  expect(watch([seen({ checks: 'failed' }), seen({ checks: 'failed' }, 2)])).toEqual([
    { taskId: 'task-1', kind: 'checks' },
    { taskId: 'task-2', kind: 'checks' },
  ]);
  expect(watch([seen({ checks: 'failed', state: 'merged' }, 3)])).toEqual([]);
});
