/** What happens next with a pull request. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PullRequest } from '../../../shared/domain/pull.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { canMerge, nextStepOf } from './next-step.ts';
import { webAddress } from './pull-state.ts';

const PULL: PullRequest = {
  ...{ repo: 'acme/shop', number: 3, url: 'https://github.com/acme/shop/pull/3' },
  ...{ branch: 'koubou/task-1', base: 'main', state: 'open', isDraft: false, headCommit: 'a1' },
  ...{ checks: 'passed', checkRuns: [], review: 'none', mergeable: 'clean' },
  ...{ autoMerge: false, mergeCommit: null, endedBy: null },
};
const REVIEW = { state: 'review', merge: null } as const;
const ASKED = { state: 'review', merge: { state: 'requested', by: 'aya', at: 1 } } as const;

const next = (pull: Partial<PullRequest>, task: Pick<Task, 'state' | 'merge'> = REVIEW) =>
  nextStepOf(task, { ...PULL, ...pull });

test('what is wrong goes before what is waited for', () => {
  expect(next({})).toBe('ready');
  expect(next({ checks: 'pending' })).toBe('checks_pending');
  expect(next({ checks: 'failed' })).toBe('checks_failed');
  expect(next({ checks: 'failed', review: 'changes_requested' })).toBe('changes_requested');
  expect(next({ mergeable: 'conflict', checks: 'pending' })).toBe('conflict');
  expect(next({ review: 'required', mergeable: 'blocked' })).toBe('review_required');
  expect(next({ mergeable: 'blocked' })).toBe('blocked');
  expect(next({ mergeable: 'behind' })).toBe('behind');
  expect(next({ isDraft: true })).toBe('draft');
});

test('a merge that was asked for says what it waits for', () => {
  expect(next({ checks: 'pending' }, ASKED)).toBe('checks_then_merge');
  expect(next({ review: 'required' }, ASKED)).toBe('review_then_merge');
  expect(next({ mergeable: 'blocked' }, ASKED)).toBe('rules_then_merge');
  expect(next({}, ASKED)).toBe('merging');
  expect(next({ autoMerge: true, checks: 'pending' })).toBe('checks_then_merge');
  expect(next({ checks: 'failed' }, ASKED)).toBe('checks_failed');
});

test('what has ended or is in work again says so', () => {
  expect(next({ state: 'merged' }, { state: 'completed', merge: null })).toBe('merged');
  expect(next({ state: 'closed' }, { state: 'failed', merge: null })).toBe('closed');
  expect(next({ review: 'changes_requested' }, { state: 'in_progress', merge: null })).toBe(
    'reworked',
  );
  expect(next({ review: 'changes_requested' }, { state: 'queued', merge: null })).toBe(
    'waits_for_agent',
  );
});

test('nothing can be merged that has ended, is being merged, or that a reviewer or a check refused', () => {
  const pulls = fc.record({
    state: fc.constantFrom('open' as const, 'merged' as const, 'closed' as const),
    checks: fc.constantFrom(
      'none' as const,
      'pending' as const,
      'passed' as const,
      'failed' as const,
    ),
    review: fc.constantFrom('none' as const, 'approved' as const, 'changes_requested' as const),
    mergeable: fc.constantFrom('clean' as const, 'conflict' as const, 'blocked' as const),
  });
  fc.assert(
    fc.property(pulls, fc.constantFrom(REVIEW, ASKED), (part, task) => {
      const pull = { ...PULL, ...part };
      if (!canMerge(task, pull)) return;
      expect(task.merge).toBeNull();
      expect(pull.state).toBe('open');
      expect(['conflict', 'checks_failed', 'changes_requested']).not.toContain(
        nextStepOf(task, pull),
      );
    }),
  );
  expect(canMerge(REVIEW, PULL)).toBe(true);
});

test('the browser opens addresses of the web only', () => {
  expect(webAddress('https://github.com/a/b/issues/1')).toBe('https://github.com/a/b/issues/1');
  expect(webAddress('file:///etc/passwd')).toBeNull();
  expect(webAddress('javascript:alert(1)')).toBeNull();
  expect(webAddress(null)).toBeNull();
});
