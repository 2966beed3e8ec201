/** Which notices the system shows: at most one per kind and minute, and none to somebody who looks. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../shared/domain/condition.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { FailureCode } from '../../shared/errors.ts';
import { taskIdOf } from '../../shared/ids.ts';
import {
  ATTENTION_KINDS,
  createAttention,
  mattersOf,
  newStorageTroubles,
  type Matter,
} from './attention.ts';

/** A clock that the test moves, and what was shown when. */
function setUp() {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  const shown: { kind: string; at: number; subjects: string[] }[] = [];
  const state = { isAway: true };
  const attention = createAttention({
    clock: {
      monotonic: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    isAway: () => state.isAway,
    show: (kind, matters) =>
      void shown.push({ kind, at: now, subjects: matters.map(({ subject }) => subject) }),
  });
  function pass(ms: number): void {
    const until = now + ms;
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!next) break;
      timers.delete(next);
      now = next.at;
      next.run();
    }
    now = until;
  }
  return { attention, shown, state, pass };
}

const review = (subject: string): Matter => ({ kind: 'review', subject, path: '/tasks' });

describe('notices', () => {
  it('come at once, and then gathered at most once a minute', () => {
    const { attention, shown, pass } = setUp();
    attention.tell([review('a')]);
    pass(1_000);
    attention.tell([review('b')]);
    attention.tell([review('c'), review('b')]);
    pass(60_000);
    expect(shown).toEqual([
      { kind: 'review', at: 0, subjects: ['a'] },
      { kind: 'review', at: 60_000, subjects: ['b', 'c'] },
    ]);
  });

  it('do not come to somebody who looks, or who has come back', () => {
    const { attention, shown, state, pass } = setUp();
    state.isAway = false;
    attention.tell([review('a')]);
    state.isAway = true;
    attention.tell([review('b')]);
    attention.tell([review('c')]);
    state.isAway = false;
    pass(120_000);
    expect(shown.map(({ subjects }) => subjects)).toEqual([['b']]);
  });

  it('of one kind are never closer than a minute, and lose nothing', () => {
    const steps = fc.array(
      fc.record({ ms: fc.nat(40_000), kind: fc.constantFrom(...ATTENTION_KINDS) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const { attention, shown, pass } = setUp();
        for (const [index, { ms, kind }] of list.entries()) {
          pass(ms);
          attention.tell([{ kind, subject: String(index), path: '/' }]);
        }
        pass(60_000);
        expect(shown.flatMap(({ subjects }) => subjects).toSorted()).toEqual(
          list.map((_, index) => String(index)).toSorted(),
        );
        for (const kind of ATTENTION_KINDS) {
          const times = shown.filter((one) => one.kind === kind).map(({ at }) => at);
          const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
          expect(pauses.filter((ms) => ms < 60_000)).toEqual([]);
        }
      }),
    );
  });
});

describe('what needs a person', () => {
  const taskId = taskIdOf(7);
  const failed = (code: FailureCode, retryAt: number | null): StoredEvent[] => [
    {
      seq: 1,
      at: 0,
      actor: 'agent',
      event: { type: 'task.failed', taskId, code, message: '', attemptId: null, retryAt },
    },
  ];

  it('is a failure for good, and a task that is parked', () => {
    expect(mattersOf(failed('tests_failed', 5))).toEqual([]);
    expect(mattersOf(failed('tests_failed', null)).map(({ kind }) => kind)).toEqual(['failed']);
    expect(mattersOf(failed('kills_agents', null)).map(({ kind }) => kind)).toEqual(['parked']);
  });

  it('is a storage trouble when it begins', () => {
    const condition = (kind: Condition['kind']): Condition => ({ kind, since: 0, message: '' });
    const full = [condition('disk_full')];
    expect(newStorageTroubles([], full).map(({ subject }) => subject)).toEqual(['disk_full']);
    expect(newStorageTroubles(full, [{ ...condition('disk_full'), message: 'more' }])).toEqual([]);
    expect(newStorageTroubles([], [condition('name_resolution')])).toEqual([]);
  });
});
