/** What events add to the sums of hours: every part once, in its hour. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, NO_AMOUNTS } from '../usage.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../ids.ts';
import { applyTo } from './apply.ts';
import type { Usage } from './engine.ts';
import type { Event } from './event.ts';
import { emptyState } from './state.ts';
import { HOUR_MS, usageOf, type UsageChange } from './usage.ts';

const taskId = taskIdOf(1);
const attemptId = attemptIdOf(taskId, 1);
const agentId = AgentId.parse('alice');
const ABOUT = { taskId, attemptId, reportSeq: null };

const CREATED: Event = {
  type: 'task.created',
  taskId,
  state: 'pending',
  title: 't',
  body: '',
  repo: { url: '/srv/r', base: 'main' },
  priority: 'normal',
  engine: { kind: 'claude-code', model: 'opus' },
  needs: [],
  after: [],
  at: null,
  by: 'user',
};
const ASSIGNED: Event = {
  type: 'task.assigned',
  taskId,
  attemptId,
  agentId,
  fence: 1,
  reasons: [],
};

function play(steps: readonly (readonly [at: number, event: Event])[]): UsageChange[] {
  const state = emptyState();
  return steps.flatMap(([at, event], index) => {
    const stored = { seq: index + 1, at, actor: 'test', event };
    const changes = usageOf(state, stored);
    applyTo(state, stored);
    return changes;
  });
}

const sumOf = (changes: readonly UsageChange[]) =>
  changes.reduce((sum, { amounts }) => added(sum, amounts), NO_AMOUNTS);

describe('usage', () => {
  it('counts the last report of an attempt, however many there were', () => {
    const reports = fc.array(
      fc.record({
        inputTokens: fc.nat(1_000_000),
        outputTokens: fc.nat(1_000_000),
        cachedInputTokens: fc.nat(1_000_000),
        costUsd: fc.option(fc.double({ min: 0, max: 50, noNaN: true })),
      }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(reports, (usages: Usage[]) => {
        const steps = usages.map((usage, index): [number, Event] => [
          index * 1_700_000,
          { type: 'attempt.usage_reported', ...ABOUT, usage },
        ]);
        const last = usages.at(-1);
        expect(sumOf(play([[0, CREATED], [0, ASSIGNED], ...steps]))).toMatchObject({
          inputTokens: last?.inputTokens,
          outputTokens: last?.outputTokens,
          cachedInputTokens: last?.cachedInputTokens,
          costMicros: Math.round((last?.costUsd ?? 0) * 1e6),
        });
      }),
    );
  });

  it('shares the time of an attempt out among the hours in which it ran', () => {
    const ended: Event = {
      type: 'attempt.ended',
      ...ABOUT,
      state: 'succeeded',
      failure: null,
      tests: null,
    };
    fc.assert(
      fc.property(fc.nat(10 * HOUR_MS), fc.nat(30 * HOUR_MS), (start, length) => {
        const started: Event = { type: 'attempt.started', ...ABOUT };
        const end = start + length;
        const busy = play([
          [0, CREATED],
          [0, ASSIGNED],
          [start, started],
          [end, ended],
        ]).filter(({ amounts }) => amounts.busyMs !== undefined);
        expect(sumOf(busy).busyMs).toBe(length);
        for (const { hour, amounts } of busy) {
          expect(amounts.busyMs).toBeLessThanOrEqual(HOUR_MS);
          expect(hour * HOUR_MS).toBeLessThan(end);
          expect((hour + 1) * HOUR_MS).toBeGreaterThan(start);
        }
      }),
    );
  });

  it('knows who did it, with what, and how long it had waited', () => {
    const changes = play([
      [0, CREATED],
      [1_000, { type: 'task.queued', taskId, why: 'analysed' }],
      [5_000, ASSIGNED],
    ]);
    const key = { hour: 0, repo: '/srv/r', engine: 'claude-code', model: 'opus' };
    expect(changes).toEqual([
      { ...key, agent: '', amounts: { created: 1 } },
      { ...key, agent: 'alice', amounts: { attempts: 1, waitMs: 4_000 } },
    ]);
  });

  it('counts a failure when it is for good', () => {
    const failed = (retryAt: number | null): Event => ({
      type: 'task.failed',
      taskId,
      code: 'tests_failed',
      message: 'm',
      attemptId,
      retryAt,
    });
    const before: [number, Event][] = [
      [0, CREATED],
      [0, ASSIGNED],
    ];
    expect(sumOf(play([...before, [0, failed(9)]])).failed).toBe(0);
    expect(sumOf(play([...before, [0, failed(null)]])).failed).toBe(1);
  });
});
