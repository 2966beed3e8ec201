import { expect, test } from 'vitest';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import { attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { attemptOf } from '../../testing.ts';
import { standingAt } from './saved-at.ts';

const taskId = taskIdOf(1);
const ATTEMPT = attemptOf(1, {
  checkpoint: { attemptId: attemptIdOf(taskId, 1), commit: 'c', at: 50 },
});

function saved(at: number, commit: string, ordinal = 1): StoredEvent {
  const about = { taskId, attemptId: attemptIdOf(taskId, ordinal), reportSeq: null };
  const event: Event = { type: 'attempt.checkpointed', ...about, commit };
  return { seq: at, at, actor: 'agent', event };
}

const EVENTS = [saved(10, 'a'), saved(30, 'b'), saved(40, 'other', 2), saved(50, 'c')];
const newest = { kind: 'newest' };

test('a moment of an attempt is shown as it was saved last before', () => {
  const at = (time: number | null) => standingAt(ATTEMPT, EVENTS, time);
  expect(at(9)).toEqual({ kind: 'nothing' });
  expect(at(10)).toEqual({ kind: 'checkpoint', commit: 'a', at: 10 });
  expect(at(29)).toEqual({ kind: 'checkpoint', commit: 'a', at: 10 });
  expect(at(45)).toEqual({ kind: 'checkpoint', commit: 'b', at: 30 });
  // There is nothing newer than what was saved last.
  expect(at(50)).toEqual(newest);
  expect(at(null)).toEqual(newest);
  expect(standingAt(ATTEMPT, [], 29)).toEqual({ kind: 'unknown' });
});

test('from its end on an attempt is shown with all it left', () => {
  const ended = { ...ATTEMPT, state: 'succeeded', endedAt: 80 } as const;
  expect(standingAt(ended, EVENTS, 80)).toEqual(newest);
  expect(standingAt(ended, EVENTS, 79)).toEqual({ kind: 'checkpoint', commit: 'c', at: 50 });
  expect(standingAt({ ...ended, state: 'failed' }, EVENTS, 79)).toEqual(newest);
});
