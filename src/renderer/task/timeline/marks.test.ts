import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { marksOf } from './marks.ts';

const taskId = taskIdOf(1);
const attemptId = attemptIdOf(taskId, 1);
const about = { taskId, attemptId, reportSeq: null };
const SCALE = { spanMs: 100_000, ticks: [] };

const ATTEMPT: Attempt = {
  id: attemptId,
  taskId,
  agentId: AgentId.parse('kiln'),
  fence: 1,
  ordinal: 1,
  state: 'running',
  phases: [],
  reasons: [],
  assignedAt: 0,
  startedAt: 0,
  endedAt: null,
  reportSeq: 1,
  usage: null,
  failure: null,
  resumedFrom: null,
  checkpoint: null,
  pausedAt: null,
  fenced: null,
  kept: null,
};

function stored(list: readonly (readonly [number, Event])[]): StoredEvent[] {
  return list.map(([at, event], index) => ({ seq: index + 1, at, actor: 'agent', event }));
}

const checkpointed = (commit: string): Event => ({
  type: 'attempt.checkpointed',
  ...about,
  commit,
});

describe('the marks of an attempt', () => {
  it('never lose a checkpoint, whatever runs together, and stay on the scale', () => {
    const times = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(times, (list) => {
        const sorted = list.toSorted((a, b) => a - b);
        const events = stored(sorted.map((at) => [at, checkpointed(String(at))]));
        const { marks } = marksOf(ATTEMPT, events, SCALE, 200_000);
        expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        expect(marks.at(-1)?.at).toBe(sorted.at(-1));
        for (const { left } of marks) expect(left).toBeLessThanOrEqual(100);
        for (const [index, { left }] of marks.entries()) {
          expect(left - (marks[index - 1]?.left ?? -100)).toBeGreaterThanOrEqual(1.2);
        }
      }),
    );
  });

  it('show what came after the end at the end', () => {
    const lost = { ...ATTEMPT, state: 'lost' as const, endedAt: 50_000 };
    const { agentId } = ATTEMPT;
    const events = stored([
      [500_000, { type: 'attempt.fenced', taskId, attemptId, agentId, what: 'a report' }],
      [510_000, { type: 'attempt.work_kept', taskId, attemptId, commit: 'c' }],
    ]);
    expect(marksOf(lost, events, SCALE, 600_000).marks).toMatchObject([
      { kind: 'fenced', left: 100 },
      { kind: 'kept', left: 100, commit: 'c' },
    ]);
  });

  it('leave out those of other attempts', () => {
    const other = { ...ATTEMPT, id: attemptIdOf(taskId, 2) };
    expect(marksOf(other, stored([[1, checkpointed('c')]]), SCALE, 9).marks).toEqual([]);
  });
});

describe('pauses', () => {
  const paused: Event = { type: 'attempt.paused', ...about };
  const resumed: Event = { type: 'attempt.resumed', ...about };

  it('last until the attempt goes on, or still', () => {
    const events = stored([
      [10_000, paused],
      [20_000, resumed],
      [50_000, paused],
    ]);
    expect(marksOf(ATTEMPT, events, SCALE, 80_000).pauses).toMatchObject([
      { from: 10_000, to: 20_000, left: 10, width: 10, durationMs: 10_000 },
      { from: 50_000, to: null, left: 50, width: 30, durationMs: 30_000 },
    ]);
  });

  it('end with the attempt', () => {
    const events = stored([
      [10_000, paused],
      [30_000, { type: 'attempt.ended', ...about, state: 'lost', failure: null, tests: null }],
    ]);
    const lost = { ...ATTEMPT, state: 'lost' as const, endedAt: 30_000 };
    expect(marksOf(lost, events, SCALE, 99_000).pauses).toMatchObject([
      { from: 10_000, to: 30_000, durationMs: 20_000 },
    ]);
  });
});
