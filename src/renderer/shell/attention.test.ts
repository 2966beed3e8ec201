/** Which notices the system shows: gathered, at most one a minute, and none to somebody who looks. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../shared/domain/condition.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { FailureCode } from '../../shared/errors.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../shared/ids.ts';
import {
  ATTENTION_KINDS,
  createAttention,
  mattersOf,
  newModelTroubles,
  newStorageTroubles,
  type Matter,
} from './attention.ts';

/** A clock that the test moves, and what was shown when. */
function setUp() {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  const shown: { kinds: string[]; at: number; subjects: string[] }[] = [];
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
    show: (matters) =>
      void shown.push({
        kinds: matters.map(({ kind }) => kind),
        at: now,
        subjects: matters.map(({ subject }) => subject),
      }),
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
  it('gather what comes within five seconds, and then come at most once a minute', () => {
    const { attention, shown, pass } = setUp();
    attention.tell([review('a')]);
    pass(4_000);
    attention.tell([{ kind: 'failed', subject: 'b', path: '/' }, review('a')]);
    pass(1_000);
    attention.tell([review('c')]);
    pass(100_000);
    expect(shown).toEqual([
      { kinds: ['failed', 'review'], at: 5_000, subjects: ['b', 'a'] },
      { kinds: ['review'], at: 65_000, subjects: ['c'] },
    ]);
  });

  it('of the emergency stop wait for nothing', () => {
    const { attention, shown, pass } = setUp();
    attention.tell([review('a')]);
    pass(1_000);
    attention.tell([{ kind: 'stopped', subject: 'workshop', path: '/' }]);
    pass(100_000);
    expect(shown).toEqual([
      { kinds: ['review', 'stopped'], at: 1_000, subjects: ['a', 'workshop'] },
    ]);
  });

  it('do not come to somebody who looks, or who has come back', () => {
    const { attention, shown, state, pass } = setUp();
    state.isAway = false;
    attention.tell([review('a')]);
    pass(10_000);
    state.isAway = true;
    attention.tell([review('b')]);
    pass(5_000);
    attention.tell([review('c')]);
    state.isAway = false;
    pass(120_000);
    expect(shown.map(({ subjects }) => subjects)).toEqual([['b']]);
  });

  it('are never closer than a minute, and lose nothing', () => {
    const kinds = ATTENTION_KINDS.filter((kind) => kind !== 'stopped');
    const steps = fc.array(fc.record({ ms: fc.nat(40_000), kind: fc.constantFrom(...kinds) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const { attention, shown, pass } = setUp();
        for (const [index, { ms, kind }] of list.entries()) {
          pass(ms);
          attention.tell([{ kind, subject: String(index), path: '/' }]);
        }
        pass(65_000);
        expect(shown.flatMap(({ subjects }) => subjects).toSorted()).toEqual(
          list.map((_, index) => String(index)).toSorted(),
        );
        const times = shown.map(({ at }) => at);
        const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
        expect(pauses.filter((ms) => ms < 60_000)).toEqual([]);
      }),
    );
  });
});

const nobody = (): undefined => undefined;

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
    expect(mattersOf(failed('tests_failed', 5), nobody)).toEqual([]);
    expect(mattersOf(failed('tests_failed', null), nobody).map(({ kind }) => kind)).toEqual([
      'failed',
    ]);
    expect(mattersOf(failed('kills_agents', null), nobody).map(({ kind }) => kind)).toEqual([
      'parked',
    ]);
  });

  it('is an agent that is gone with work, and a stop of everything', () => {
    const agentId = AgentId.parse('atelier');
    const attemptId = attemptIdOf(taskId, 1);
    const failure = { code: 'agent_lost', message: '' } as const;
    const gone: StoredEvent = {
      ...{ seq: 1, at: 0, actor: 'fleet' },
      event: {
        ...{ type: 'attempt.ended', state: 'lost', failure, tests: null },
        ...{ taskId, attemptId, reportSeq: null },
      },
    };
    expect(mattersOf([gone, gone], () => agentId)[0]).toMatchObject({
      kind: 'lost',
      subject: 'atelier',
    });
    expect(mattersOf([gone], nobody)).toEqual([]);
    const stop: StoredEvent = {
      ...{ seq: 2, at: 0, actor: 'user' },
      event: { type: 'workshop.stopped', by: 'user', how: 'freeze', reason: '' },
    };
    expect(mattersOf([stop], nobody).map(({ kind }) => kind)).toEqual(['stopped']);
  });

  it('is a trouble of storage or of accounts when it begins', () => {
    const condition = (kind: Condition['kind']): Condition => ({ kind, since: 0, message: '' });
    const full = [condition('disk_full')];
    expect(newStorageTroubles([], full).map(({ subject }) => subject)).toEqual(['disk_full']);
    expect(newStorageTroubles(full, [{ ...condition('disk_full'), message: 'more' }])).toEqual([]);
    expect(newStorageTroubles([], [condition('name_resolution')])).toEqual([]);
    expect(newModelTroubles(full, [...full, condition('model_sign_in')])).toEqual([
      { kind: 'models', subject: 'model_sign_in', path: '/settings/accounts' },
    ]);
    const near = [condition('limit_near')];
    expect(newModelTroubles(near, near)).toEqual([]);
    const nearer = [{ ...condition('limit_near'), message: '90 %' }];
    expect(newModelTroubles(near, nearer)).toHaveLength(1);
  });
});
