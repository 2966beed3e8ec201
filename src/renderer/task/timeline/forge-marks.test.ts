/** The marks of pull requests and issues on the timeline. */
import { expect, test } from 'vitest';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import type { PullRequest } from '../../../shared/domain/pull.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { en } from '../../i18n/en.ts';
import { forgeMarksOf } from './forge-marks.ts';

const taskId = taskIdOf(1);
const PULL: PullRequest = {
  ...{ repo: 'acme/shop', number: 3, url: 'https://github.com/acme/shop/pull/3' },
  ...{ branch: 'koubou/task-1', base: 'main', state: 'open', isDraft: false, headCommit: 'a1' },
  ...{ checks: 'none', checkRuns: [], review: 'none', mergeable: 'unknown' },
  ...{ autoMerge: false, mergeCommit: null, endedBy: null },
};
const pull = (part: Partial<PullRequest>): Event => ({
  type: 'task.pull_changed',
  ...{ taskId, pull: { ...PULL, ...part } },
});

test('each step of a pull request is one mark, however often it is told', () => {
  const source = { state: 'closed', author: 'alice', hash: 'ab', updatedAt: 1 } as const;
  const list: Event[] = [
    pull({}),
    pull({ mergeable: 'clean' }),
    pull({ checks: 'pending' }),
    pull({ checks: 'pending', checkRuns: [{ name: 'ci', state: 'pending', url: null }] }),
    pull({ checks: 'failed' }),
    pull({ checks: 'passed', review: 'approved' }),
    pull({ state: 'merged', endedBy: 'bob' }),
    { type: 'task.source_changed', taskId, source },
  ];
  const events = list.map((event, at): StoredEvent => ({ seq: at + 1, at, actor: 'forge', event }));
  const marks = forgeMarksOf(events, en);
  expect(marks.map(({ at }) => at)).toEqual([0, 2, 4, 5, 6, 7]);
  expect(marks.map(({ tone }) => tone)).toEqual(['plain', 'plain', 'bad', 'good', 'good', 'plain']);
  expect(marks[2]?.words).toContain('Checks failed');
  expect(marks.at(-1)?.words).toBe('The issue was closed');
});
