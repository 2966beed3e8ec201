import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import { attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { joinedMarks, marksOf } from './marks.ts';
import { attemptOf } from '../../testing.ts';

const taskId = taskIdOf(1);
const about = { taskId, attemptId: attemptIdOf(taskId, 1), reportSeq: null };
const ATTEMPT = attemptOf(1);

function stored(list: readonly (readonly [number, Event])[]): StoredEvent[] {
  return list.map(([at, event], index) => ({ seq: index + 1, at, actor: 'agent', event }));
}

const checkpointed = (commit: string): Event => ({
  type: 'attempt.checkpointed',
  ...about,
  commit,
});
const ended: Event = {
  type: 'attempt.ended',
  ...about,
  state: 'lost',
  failure: null,
  tests: null,
};

describe('the marks of an attempt', () => {
  it('never lose a checkpoint that is in the view, and stand apart', () => {
    const times = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 200 });
    const view = fc
      .tuple(fc.integer({ min: 0, max: 150_000 }), fc.integer({ min: 20, max: 100_000 }))
      .map(([from, length]) => ({ from, until: from + length }));
    fc.assert(
      fc.property(times, view, fc.integer({ min: 50, max: 2_000 }), (list, seen, width) => {
        const sorted = list.toSorted((a, b) => a - b);
        const events = stored(sorted.map((at) => [at, checkpointed(String(at))] as const));
        const { marks } = marksOf(ATTEMPT, events, 200_000);
        expect(marks.map(({ at }) => at)).toEqual(sorted);
        const drawn = joinedMarks(marks, seen, width, 10);
        const inside = sorted.filter((at) => at >= seen.from && at <= seen.until);
        expect(drawn.reduce((sum, { count }) => sum + count, 0)).toBe(inside.length);
        expect(drawn.at(-1)?.at).toBe(inside.at(-1));
        expect(drawn.length).toBeLessThanOrEqual(width / 10 + 1);
      }),
    );
  });

  it('are what came after the end, too, and only those of the attempt', () => {
    const other = attemptIdOf(taskId, 2);
    const events = stored([
      [10, { type: 'attempt.checkpointed', ...about, attemptId: other, commit: 'other' }],
      [50, ended],
      [
        60,
        {
          type: 'attempt.fenced',
          taskId,
          attemptId: ATTEMPT.id,
          agentId: ATTEMPT.agentId,
          what: 'report',
        },
      ],
      [70, { type: 'attempt.work_kept', taskId, attemptId: ATTEMPT.id, commit: 'abc' }],
    ]);
    const { marks } = marksOf(ATTEMPT, events, 100);
    expect(marks.map(({ kind, at }) => [kind, at])).toEqual([
      ['ended', 50],
      ['fenced', 60],
      ['kept', 70],
    ]);
  });

  it('tell how long it stood still and why: until it went on, it ended, or now', () => {
    const list = [
      [10, { type: 'attempt.paused', ...about }],
      [30, { type: 'attempt.resumed', ...about }],
      [40, { type: 'attempt.taken_over', ...about, by: 'user' }],
      [45, { type: 'attempt.paused', ...about }],
      [60, { type: 'attempt.handed_back', ...about }],
    ] as const;
    const pauses = (end: number | null, ...more: (readonly [number, Event])[]) =>
      marksOf({ ...ATTEMPT, endedAt: end }, stored([...list, ...more]), 99).pauses;
    const first = { why: 'paused', span: { from: 10, until: 30 }, isOpen: false };
    const second = { why: 'taken_over', span: { from: 40, until: 60 }, isOpen: false };
    expect(pauses(null)).toEqual([
      first,
      second,
      { why: 'paused', span: { from: 45, until: 99 }, isOpen: true },
    ]);
    expect(pauses(70, [70, ended])[2]).toMatchObject({ span: { until: 70 }, isOpen: false });
    expect(pauses(80)[2]).toMatchObject({ span: { until: 80 }, isOpen: false });
  });
});
