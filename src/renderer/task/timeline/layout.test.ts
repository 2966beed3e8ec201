import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PHASES, type Attempt } from '../../../shared/domain/attempt.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { barsOf, scaleOf, spanOf } from './layout.ts';

/** An attempt whose phases took so long each; the last one runs when `isRunning`. */
function attempt(durations: readonly number[], isRunning = false, ordinal = 1): Attempt {
  let at = 1_000;
  const phases = durations.map((ms, index) => {
    const startedAt = at;
    at += ms;
    const runs = isRunning && index === durations.length - 1;
    return {
      phase: PHASES[index % PHASES.length] ?? 'prepare',
      startedAt,
      endedAt: runs ? null : at,
      outcome: runs ? null : ('passed' as const),
      detail: null,
    };
  });
  return {
    id: attemptIdOf(taskIdOf(1), ordinal),
    taskId: taskIdOf(1),
    agentId: AgentId.parse('kiln'),
    fence: 1,
    ordinal,
    state: isRunning ? 'running' : 'succeeded',
    phases,
    reasons: [],
    assignedAt: 900,
    startedAt: 1_000,
    endedAt: isRunning ? null : at,
    reportSeq: 1,
    usage: null,
    failure: null,
    resumedFrom: null,
    checkpoint: null,
    pausedAt: null,
    fenced: null,
    kept: null,
  };
}

const durations = fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 1, maxLength: 7 });

describe('the scale', () => {
  it('fits every attempt and has two to six ticks', () => {
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1, maxLength: 4 }), (lists) => {
        const attempts = lists.map((list, index) => attempt(list, false, index + 1));
        const { spanMs, ticks } = scaleOf(attempts, 0);
        for (const one of attempts) expect(spanOf(one, 0)).toBeLessThanOrEqual(spanMs);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.at(-1)).toEqual({ ms: spanMs, left: 100 });
      }),
    );
  });

  it('is there before anything has happened', () => {
    expect(scaleOf([], 0).spanMs).toBe(1_000);
  });
});

describe('the bars', () => {
  it('follow one another inside the lane and keep their proportions', () => {
    fc.assert(
      fc.property(durations, (list) => {
        const one = attempt(list);
        const scale = scaleOf([one], 0);
        const bars = barsOf(one, scale, 0);
        expect(bars.map(({ phase }) => phase)).toEqual([...PHASES]);
        let end = 0;
        for (const bar of bars.filter(({ run }) => run !== null)) {
          expect(bar.left).toBeCloseTo(end, 6);
          expect(bar.width).toBeCloseTo(((bar.durationMs ?? 0) / scale.spanMs) * 100, 6);
          end = bar.left + bar.width;
        }
        expect(end).toBeLessThanOrEqual(100.000_001);
      }),
    );
  });

  it('grow with the time while a phase runs', () => {
    const running = attempt([1_000, 500], true);
    const at = (now: number) => barsOf(running, scaleOf([running], 61_000), now)[1]?.durationMs;
    expect(at(12_000)).toBe(10_000);
    expect(at(32_000)).toBe(30_000);
  });

  it('end with the attempt when a phase was never told to have ended', () => {
    const lost = { ...attempt([1_000, 500], true), state: 'lost' as const, endedAt: 9_000 };
    expect(barsOf(lost, scaleOf([lost], 99_000), 99_000)[1]?.durationMs).toBe(7_000);
  });

  it('leave phases that have not begun empty', () => {
    const bars = barsOf(attempt([1_000]), scaleOf([], 0), 0);
    expect(bars.filter(({ durationMs }) => durationMs === null)).toHaveLength(6);
  });
});
