/** Sightings of issues and pull requests: what follows from them, and that the same one twice does nothing. */
import { describe, expect, test } from 'vitest';
import { attemptIdOf, taskIdOf, type TaskId } from '../ids.ts';
import { applyTo } from './apply.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import type { Event } from './event.ts';
import type { Origin } from './origin.ts';
import type { PullRequest } from './pull.ts';
import { emptyState, type State } from './state.ts';
import { changeOf } from './testing.ts';

const ISSUE: Origin = { forge: 'github', url: 'https://github.com/a/b/issues/1', ref: 'a/b#1' };
const ID = taskIdOf(1);

function workshop(): { state: State; submit(command: Command): Event[] } {
  const state = emptyState();
  let seq = 0;
  const submit = (command: Command): Event[] => {
    const decided = decide(state, command, { now: 1_000, actor: 'forge' });
    if (!decided.ok) throw new Error(decided.error.message);
    for (const event of decided.value)
      applyTo(state, { seq: ++seq, at: 1_000, actor: 'forge', event });
    return decided.value;
  };
  return { state, submit };
}

function newTask(more: Partial<Extract<Command, { type: 'task.create' }>> = {}): Command {
  return {
    ...{ type: 'task.create', title: 'T', body: '', repo: { url: '/r', base: 'main' } },
    ...{ priority: 'normal', engine: { kind: 'command', run: 'true' }, needs: [], after: [] },
    at: null,
    ...more,
  };
}

function inReview(): ReturnType<typeof workshop> {
  const made = workshop();
  made.submit(newTask());
  const task = made.state.task(ID);
  if (!task) throw new Error('not made');
  const attemptId = attemptIdOf(ID, 1);
  made.state.put({ task: { ...task, state: 'review', attemptId, change: changeOf(attemptId) } });
  return made;
}

function pullOf(more: Partial<PullRequest> = {}): PullRequest {
  return {
    ...{ repo: 'a/b', number: 2, url: 'https://github.com/a/b/pull/2', branch: 'koubou/x' },
    ...{ base: 'main', state: 'open', isDraft: false, headCommit: 'c0ffee', checks: 'none' },
    ...{ checkRuns: [], review: 'none', mergeable: 'clean', autoMerge: false },
    ...{ mergeCommit: null, endedBy: null },
    ...more,
  };
}

const seen = (pull: PullRequest, taskId: TaskId = ID): Command => ({
  ...{ type: 'task.pull_seen', taskId, pull },
});
const typesOf = (events: readonly Event[]): string[] => events.map(({ type }) => type);

describe('a pull request', () => {
  test('is recorded once, however often it is seen', () => {
    const { submit, state } = inReview();
    expect(typesOf(submit(seen(pullOf())))).toEqual(['task.pull_changed']);
    expect(submit(seen(pullOf()))).toEqual([]);
    expect(state.task(ID)?.pull).toEqual(pullOf());
  });

  test('that was merged completes its task, also without an approval here', () => {
    const { submit, state } = inReview();
    const merged = pullOf({ state: 'merged', mergeCommit: 'fa11', endedBy: 'ann' });
    expect(typesOf(submit(seen(merged)))).toEqual([
      'task.pull_changed',
      'task.merge_changed',
      'task.completed',
    ]);
    expect(state.task(ID)?.merge).toMatchObject({ state: 'merged', commit: 'fa11' });
    expect(submit(seen(merged))).toEqual([]);
  });

  test('that was merged with another commit than the change completes nothing', () => {
    const { submit, state } = inReview();
    submit(seen(pullOf({ state: 'merged', headCommit: 'older' })));
    expect(state.task(ID)?.state).toBe('review');
  });

  test('that was merged with the change and what others pushed after it completes its task', () => {
    const { submit, state } = inReview();
    submit(seen(pullOf({ state: 'merged', headCommit: 'newer', holds: 'c0ffee' })));
    expect(state.task(ID)?.state).toBe('completed');
  });

  test('that was closed fails its task with who did it, and queues it again when it is reopened', () => {
    const { submit, state } = inReview();
    submit(seen(pullOf({ state: 'closed', endedBy: 'ann' })));
    expect(state.task(ID)).toMatchObject({
      state: 'failed',
      failure: { code: 'closed_unmerged', retryAt: null },
    });
    expect(state.task(ID)?.failure?.message).toContain('a/b#2 was closed by ann');
    expect(typesOf(submit(seen(pullOf())))).toEqual(['task.pull_changed', 'task.queued']);
    expect(state.task(ID)?.state).toBe('queued');
  });

  test('that was merged while its task waits for another attempt ends the task', () => {
    const { submit, state } = inReview();
    submit({ type: 'task.send_back', taskId: ID, comment: 'again' });
    submit(seen(pullOf({ state: 'merged', endedBy: 'ann' })));
    expect(state.task(ID)).toMatchObject({ state: 'cancelled' });
    expect(state.task(ID)?.cancelReason).toContain('a/b#2 by ann');
  });
});

describe('issues in the way', () => {
  test('keep a task out of the queue until the last is closed', () => {
    const { submit, state } = workshop();
    const other = { ...ISSUE, ref: 'a/b#3', url: `${ISSUE.url}3` };
    submit(newTask({ blockers: [ISSUE, other] }));
    expect(state.task(ID)?.state).toBe('blocked');
    expect(submit({ type: 'task.unblock', taskId: ID })).toEqual([]);
    const left: Command = { type: 'task.blockers_seen', taskId: ID, blockers: [other] };
    expect(typesOf(submit(left))).toEqual(['task.blockers_changed']);
    expect(submit(left)).toEqual([]);
    const none: Command = { ...left, blockers: [] };
    expect(typesOf(submit(none))).toEqual(['task.blockers_changed', 'task.queued']);
    expect(state.task(ID)?.state).toBe('queued');
  });

  test('and tasks in the way have both to be done', () => {
    const { submit, state } = workshop();
    submit(newTask());
    submit(newTask({ after: [ID], blockers: [ISSUE] }));
    const second = taskIdOf(2);
    submit({ type: 'task.blockers_seen', taskId: second, blockers: [] });
    expect(state.task(second)?.state).toBe('blocked');
  });
});

describe('an issue', () => {
  test('as it stood earlier changes nothing any more', () => {
    const { submit, state } = workshop();
    submit(newTask({ origin: ISSUE }));
    const now = { state: 'open', author: 'ann', hash: 'b', updatedAt: 20 } as const;
    submit({ type: 'task.source_seen', taskId: ID, source: now });
    const late = { ...now, hash: 'a', updatedAt: 10 };
    expect(submit({ type: 'task.source_seen', taskId: ID, source: late })).toEqual([]);
    expect(state.task(ID)?.source).toEqual(now);
  });

  test('that moves on after its task has ended changes nothing', () => {
    const { submit } = workshop();
    submit(newTask());
    submit({ type: 'task.cancel', taskId: ID, reason: '' });
    const source = { state: 'closed', author: null, hash: 'a', updatedAt: 1 } as const;
    expect(submit({ type: 'task.source_seen', taskId: ID, source })).toEqual([]);
    expect(submit(seen(pullOf()))).toEqual([]);
  });
});
