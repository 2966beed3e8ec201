/** What follows from how a pull request stands, when it is looked at again, and what of a review an agent is told. */
import { describe, expect, test } from 'vitest';
import { problem } from '../api/problem.ts';
import { conflictWords, timesSentBack } from './conflicts.ts';
import {
  mayAsk,
  sendBackOf,
  takenReviews,
  wasTaken,
  type LineSeen,
  type ReviewSeen,
} from './feedback.ts';
import { refusalFrom } from './merging.ts';
import { nextStep, type StepFacts } from './next-step.ts';
import { paceOf } from './pace.ts';
import { needsPerson, pauseAfter } from './pauses.ts';
import { PullNode, sightingOf } from './sighting.ts';
import { pullWith, taskWith } from './testing.ts';

describe('the next step', () => {
  const step = (pull: Parameters<typeof pullWith>[0], more: Partial<StepFacts> = {}): string =>
    nextStep({
      ...{ isRequested: true, isAuto: false, hasQueue: false, allowsAuto: true },
      ...more,
      pull: pullWith(pull),
    }).kind;

  test('of what nobody asked to merge is to wait, but for conflicts and what was approved behind its base', () => {
    const idle = { isRequested: false };
    expect(step({}, idle)).toBe('wait');
    expect(step({ mergeable: 'conflict' }, idle)).toBe('resolve_conflict');
    expect(step({ mergeable: 'behind' }, idle)).toBe('wait');
    expect(step({ mergeable: 'behind', review: 'approved' }, idle)).toBe('update_branch');
  });

  test('of what was asked for is what GitHub still wants', () => {
    expect(step({})).toBe('merge');
    expect(step({ isDraft: true })).toBe('mark_ready');
    expect(step({ mergeable: 'behind' })).toBe('update_branch');
    expect(step({ mergeable: 'unknown' })).toBe('wait');
    expect(step({ checks: 'pending' })).toBe('wait');
    expect(step({ checks: 'pending', mergeable: 'blocked' })).toBe('enable_auto');
    expect(step({ checks: 'pending', mergeable: 'blocked' }, { allowsAuto: false })).toBe('wait');
    expect(step({ checks: 'passed', mergeable: 'blocked' }, { allowsAuto: false })).toBe('merge');
    expect(step({}, { hasQueue: true })).toBe('enqueue');
    expect(step({ autoMerge: true }, { hasQueue: true })).toBe('wait');
    for (const refused of [
      { checks: 'failed' },
      { review: 'required' },
      { review: 'changes_requested' },
    ] as const)
      expect(step(refused)).toBe('refuse');
    for (const ended of ['merged', 'closed'] as const) expect(step({ state: ended })).toBe('wait');
  });

  test('by rule, without anybody asking, refuses nothing and leaves drafts alone', () => {
    const auto = { isRequested: false, isAuto: true };
    expect(step({}, auto)).toBe('merge');
    expect(step({ isDraft: true }, auto)).toBe('wait');
    expect(step({ checks: 'failed' }, auto)).toBe('wait');
  });

  test('is told by the words with which GitHub refuses', () => {
    expect(refusalFrom('At least 1 approving review is required by reviewers')).toBe(
      'not_reviewed',
    );
    expect(refusalFrom('Required status check "ci" is expected.')).toBe('checks_failed');
    expect(refusalFrom('Changes have been requested')).toBe('changes_requested');
    expect(refusalFrom('Squash merges are not allowed')).toBe('forge_refused');
  });
});

test('what is awaited is looked at soon, what stands still more seldom, and what has ended never', () => {
  const pace = (pull: Parameters<typeof pullWith>[0], stableMs = 0, isMerging = false) =>
    paceOf({ pull: pullWith(pull), stableMs, isMerging });
  expect(pace({ checks: 'pending' })).toBe(10_000);
  expect(pace({ checks: 'pending' }, 3_600_000)).toBe(120_000);
  expect(pace({ mergeable: 'unknown' })).toBe(3_000);
  expect(pace({ checks: 'passed' })).toBe(600_000);
  expect(pace({ checks: 'passed' }, 0, true)).toBe(10_000);
  expect(pace({ state: 'merged' })).toBeNull();
});

test('a failure is tried again when GitHub says, when somebody signs in, or now and then', () => {
  expect(pauseAfter(problem('rate_limited', 'm', { retryAt: 5_000 }), 1_000)).toBe(4_000);
  expect(pauseAfter(problem('unauthorized', 'm'), 0)).toBeNull();
  expect(pauseAfter(problem('forbidden', 'm'), 0)).toBe(1_800_000);
  expect(needsPerson(problem('forbidden', 'm'))).toBe(true);
  expect(needsPerson(problem('unauthorized', 'm'))).toBe(false);
});

describe('a review', () => {
  const review: ReviewSeen = {
    ...{ id: 7, state: 'CHANGES_REQUESTED', body: 'Not yet.', author: 'ann' },
    ...{ url: 'https://github.com/acme/shop/pull/2#pullrequestreview-7', association: 'MEMBER' },
  };
  const line: LineSeen = {
    ...{ id: 1, body: 'Why?', path: 'a.ts', line: 3, side: 'LEFT' },
    hunk: '@@ -1 +1 @@\n-old line',
  };

  test('is asked for by those who may write, and taken once', () => {
    expect(mayAsk(review)).toBe(true);
    expect(mayAsk({ ...review, association: 'CONTRIBUTOR' })).toBe(false);
    expect(mayAsk({ ...review, state: 'APPROVED' })).toBe(false);
    const sent = sendBackOf(review, [line]);
    expect(sent?.comments).toEqual([
      { path: 'a.ts', line: 3, side: 'before', text: 'Why?', quote: 'old line' },
    ]);
    const feedback = [{ at: 0, by: 'github:ann', attemptId: null, comment: sent?.comment ?? '' }];
    expect(wasTaken({ feedback }, review)).toBe(true);
    expect(wasTaken({ feedback }, { url: `${review.url}1` })).toBe(false);
    expect(takenReviews(feedback)).toEqual([7]);
  });

  test('of praise, or of our own answers, asks for nothing', () => {
    const said = { ...review, state: 'COMMENTED' } as const;
    expect(sendBackOf(said, [])).toBeNull();
    expect(sendBackOf(said, [{ ...line, body: 'Done <!-- koubou:w:task-1 -->' }])).toBeNull();
    expect(sendBackOf(said, [line])).not.toBeNull();
  });

  test('on a whole file, or with control characters, is told all the same', () => {
    const odd = { ...line, line: null, body: 'a\u0000b' };
    expect(sendBackOf(review, [odd])).toMatchObject({ comments: [] });
    expect(sendBackOf(review, [odd])?.comment).toContain('a.ts: a b');
  });
});

test('conflicts are counted by what was said of them', () => {
  const told = { at: 0, by: 'forge', attemptId: null, comment: conflictWords('main', ['a.ts']) };
  expect(timesSentBack(taskWith({ feedback: [told, { ...told, comment: 'x' }, told] }))).toBe(2);
});

test('a pull request of GraphQL is read, also where much of it is missing', () => {
  const node = PullNode.parse({
    ...{ id: 'PR_1', number: 2, url: 'https://github.com/acme/shop/pull/2', state: 'OPEN' },
    ...{ isDraft: false, headRefName: 'koubou/t', headRefOid: 'abc', baseRefName: 'main' },
    ...{ mergeable: 'MERGEABLE', mergeStateStatus: 'UNSTABLE', isMergeQueueEnabled: false },
    recent: { nodes: [{ commit: { oid: 'abc' } }] },
    tip: {
      nodes: [
        {
          commit: {
            statusCheckRollup: {
              state: 'FAILURE',
              contexts: {
                nodes: [
                  {
                    __typename: 'CheckRun',
                    name: 'ci',
                    status: 'COMPLETED',
                    conclusion: 'TIMED_OUT',
                  },
                  { __typename: 'CheckRun', name: 'lint', status: 'QUEUED' },
                  { __typename: 'StatusContext', context: 'old', state: 'SUCCESS', targetUrl: 'u' },
                ],
              },
            },
          },
        },
      ],
    },
  });
  const { pull, commits } = sightingOf(node, 'acme/shop', null);
  expect(commits).toEqual(['abc']);
  expect(pull).toMatchObject({
    checks: 'failed',
    mergeable: 'clean',
    review: 'none',
    endedBy: null,
  });
  expect(pull.checkRuns).toEqual([
    { name: 'ci', state: 'failed', url: null },
    { name: 'lint', state: 'pending', url: null },
    { name: 'old', state: 'passed', url: 'u' },
  ]);
});
