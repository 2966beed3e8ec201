import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PHASES, type Attempt } from '../../../shared/domain/attempt.ts';
import { attemptAt, barsOf, firstFrom, spanOf } from './bars.ts';
import { attemptOf } from '../../testing.ts';

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
  const state = isRunning ? ('running' as const) : ('succeeded' as const);
  const ended = isRunning ? null : at;
  return attemptOf(ordinal, { state, phases, assignedAt: 900, startedAt: 1_000, endedAt: ended });
}

const durations = fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 1, maxLength: 7 });

describe('the bars', () => {
  it('follow one another through the attempt', () => {
    fc.assert(
      fc.property(durations, (list) => {
        const one = attempt(list);
        const bars = barsOf(one, 0);
        expect(bars.map(({ phase }) => phase)).toEqual([...PHASES]);
        let end = spanOf(one, 0).from;
        for (const { span } of bars.filter(({ run }) => run !== null)) {
          expect(span?.from).toBe(end);
          end = span?.until ?? 0;
        }
        expect(end).toBe(spanOf(one, 0).until);
      }),
    );
  });

  it('grow with the time while a phase runs', () => {
    const running = attempt([1_000, 500], true);
    expect(barsOf(running, 12_000)[1]).toMatchObject({ span: { until: 12_000 }, state: 'running' });
    expect(barsOf(running, 32_000)[1]?.span?.until).toBe(32_000);
  });

  it('end with the attempt when a phase was never told to have ended', () => {
    const lost = { ...attempt([1_000, 500], true), state: 'lost' as const, endedAt: 9_000 };
    expect(barsOf(lost, 99_000)[1]).toMatchObject({ span: { until: 9_000 }, state: 'cut' });
  });

  it('leave phases that have not begun empty', () => {
    expect(barsOf(attempt([1_000]), 0).filter(({ span }) => span === null)).toHaveLength(6);
  });
});

it('finds the attempt of a time', () => {
  const list = [1, 2, 3].map((n) => attemptOf(n, { assignedAt: n * 100 }));
  const found = [50, 100, 150, 299, 300, 999].map((at) => attemptAt(list, at)?.ordinal);
  expect(found).toEqual([1, 1, 1, 2, 3, 3]);
  expect(attemptAt([], 5)).toBeUndefined();
});

it('shows everything at first, or begins with the newest attempt where that would not be seen', () => {
  const ended = { state: 'succeeded', endedAt: 86_400_000 } as const;
  const started = { assignedAt: 86_300_000, startedAt: 86_300_000 };
  const list = [attemptOf(1, { ...ended, ...started })];
  expect(firstFrom(list, { from: 86_000_000, until: 86_400_000 }, 0)).toBeNull();
  expect(firstFrom(list, { from: 0, until: 86_400_000 }, 0)).toBe(86_290_000);
  expect(firstFrom([], { from: 0, until: 86_400_000 }, 0)).toBeNull();
  // A clock that ticks behind the events makes no empty view.
  const running = [attemptOf(1, { assignedAt: 500, startedAt: 500 })];
  expect(firstFrom(running, { from: 0, until: 520 }, 400)).toBeNull();
});
