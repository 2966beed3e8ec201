/** What is the matter with a task, second by second, and that every trouble can be said. */
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { Checkpoint } from '../../shared/domain/checkpoint.ts';
import { ConditionKind } from '../../shared/domain/condition.ts';
import { wasInterrupted } from '../../shared/domain/retry.ts';
import type { Task } from '../../shared/domain/task.ts';
import { FAILURES, FailureCode } from '../../shared/errors.ts';
import { attemptIdOf, taskIdOf } from '../../shared/ids.ts';
import { AGENT_LOST_MS } from '../../shared/protocol/timing.ts';
import { LANGUAGES, TEXTS } from '../i18n/languages.ts';
import { attemptOf } from '../testing.ts';
import {
  evidenceOf,
  givenAwayAt,
  isReconnecting,
  keptOf,
  secondsUntil,
  troubleOf,
  type Around,
} from './trouble.ts';

const FROM: Checkpoint = { attemptId: attemptIdOf(taskIdOf(1), 1), commit: 'abc', at: 5 };
const CONNECTED = { connected: true, since: 0 };
const AWAY = { connected: false, since: 100_000 };

const ATTEMPT = attemptOf(2);

type Waiting = Pick<Task, 'state' | 'failure' | 'checkpoint'>;
const AT_WORK: Waiting = { state: 'in_progress', failure: null, checkpoint: null };

function around(change: Partial<Around> & { attempt?: Attempt } = {}): Around {
  return { attempt: ATTEMPT, agent: CONNECTED, heardAt: undefined, ...change };
}

function failedWith(code: FailureCode, retryAt: number | null): Waiting {
  const failure = { code, message: 'why', attemptId: ATTEMPT.id, retryAt };
  return { state: 'failed', failure, checkpoint: FROM };
}

describe('an agent that cannot be reached', () => {
  it('has its work given away so long after it left', () => {
    expect(givenAwayAt(AWAY, 99_000, 101_000)).toBe(100_000 + AGENT_LOST_MS);
    expect(troubleOf(AT_WORK, around({ agent: AWAY }), 101_000)).toEqual({
      kind: 'reconnecting',
      givenAwayAt: 100_000 + AGENT_LOST_MS,
    });
  });

  it('counts as away when three heartbeats are missing on a whole connection', () => {
    expect(givenAwayAt(CONNECTED, 10_000, 15_999)).toBeNull();
    expect(givenAwayAt(CONNECTED, 10_000, 16_000)).toBe(10_000 + AGENT_LOST_MS);
  });

  it('is not silent because nothing was heard before it came back', () => {
    expect(givenAwayAt({ connected: true, since: 50_000 }, 10_000, 51_000)).toBeNull();
    expect(givenAwayAt(CONNECTED, undefined, 1_000_000)).toBeNull();
  });

  it('is only offline when it had nothing in hand', () => {
    const { id } = ATTEMPT;
    expect(isReconnecting({ ...AWAY, running: [] }, undefined, 101_000)).toBe(false);
    expect(isReconnecting({ ...AWAY, running: [id] }, undefined, 101_000)).toBe(true);
  });

  it('is told before that its attempt stands still', () => {
    const attempt = { ...ATTEMPT, pausedAt: 7, resumedFrom: FROM };
    expect(troubleOf(AT_WORK, around({ attempt, agent: AWAY }), 101_000)?.kind).toBe(
      'reconnecting',
    );
    expect(troubleOf(AT_WORK, around({ attempt }), 101_000)).toEqual({ kind: 'paused', since: 7 });
  });
});

describe('a task', () => {
  it('at work has no trouble, or goes on from kept work', () => {
    expect(troubleOf(AT_WORK, around(), 0)).toBeNull();
    const attempt = { ...ATTEMPT, resumedFrom: FROM };
    expect(troubleOf(AT_WORK, around({ attempt }), 0)).toEqual({ kind: 'resuming', from: FROM });
  });

  it('whose attempt ended has the trouble of the task, not of the attempt', () => {
    const attempt = { ...ATTEMPT, state: 'lost' as const, pausedAt: 7 };
    expect(troubleOf(AT_WORK, around({ attempt, agent: AWAY }), 0)).toBeNull();
  });

  it('that killed its processes twice is parked with the evidence', () => {
    expect(troubleOf(failedWith('kills_agents', null), around(), 0)).toEqual({
      kind: 'parked',
      evidence: 'why',
    });
  });

  it.each(FailureCode.options)('that failed with %s waits when the table says so', (code) => {
    const kind = troubleOf(failedWith(code, 10), around(), 0)?.kind;
    const elsewhere = code === 'changes_requested' ? undefined : 'interrupted';
    const yes = wasInterrupted(code) ? elsewhere : undefined;
    const expected = { later: 'waiting', elsewhere, yes, no: undefined }[FAILURES[code]];
    expect(kind).toBe(code === 'kills_agents' ? 'parked' : expected);
  });

  it('that failed for good waits for nobody', () => {
    expect(troubleOf(failedWith('agent_lost', null), around(), 0)).toBeNull();
  });
});

describe('what is left of an attempt', () => {
  it('is what was saved at its end, else its last checkpoint, and nothing of one that succeeded', () => {
    const kept = { ...FROM, commit: 'kept' };
    const checkpoint = { ...FROM, commit: 'checkpoint' };
    expect(keptOf({ state: 'lost', kept, checkpoint })).toBe(kept);
    expect(keptOf({ state: 'failed', kept: null, checkpoint })).toBe(checkpoint);
    expect(keptOf({ state: 'succeeded', kept: null, checkpoint })).toBeNull();
    expect(keptOf({ state: 'running', kept: null, checkpoint })).toBeNull();
  });
});

it('counts whole seconds down to none', () => {
  expect([10_000, 9_001, 1, 0, -5].map((at) => secondsUntil(at, 0))).toEqual([10, 9, 0, 0, 0]);
});

it('reads the evidence line by line', () => {
  const message =
    'killed 2 times:\n- task-1.1 on kiln: out of memory\n- task-1.2 on forge: killed\nSee.';
  expect(evidenceOf(message)).toEqual({
    places: ['task-1.1 on kiln: out of memory', 'task-1.2 on forge: killed'],
    words: ['killed 2 times:', 'See.'],
  });
});

describe.each(LANGUAGES)('in %s', (language) => {
  it.each(ConditionKind.options)('%s has words for agents and for the coordinator', (kind) => {
    for (const words of Object.values(TEXTS[language].troubles.conditions[kind])) {
      expect(words).not.toBe('');
    }
  });
});
