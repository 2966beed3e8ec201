/** What is made of attempts that were lost, killed or failed: tried again, gone on with, or parked. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AgentId, attemptIdOf, taskIdOf, type AttemptId } from '../ids.ts';
import type { Attempt, AttemptReport } from './attempt.ts';
import type { Command } from './command.ts';
import { KILL_LIMIT } from './retry.ts';
import { emptyState, type State } from './state.ts';
import type { Task } from './task.ts';
import { carryOut, changeOf } from './testing.ts';

const TASK = taskIdOf(1);
const ALICE = AgentId.parse('alice');
const DAY = 86_400_000;

let state: State;
let seq: number;
let now: number;

beforeEach(open);

function open(): void {
  state = emptyState();
  [seq, now] = [0, 1_000];
  submit(CONNECT);
  submit(CREATE);
  submit({ type: 'task.analyse', taskId: TASK, specialty: 'general' });
}

const CONNECT: Command = {
  type: 'agent.connect',
  agentId: ALICE,
  name: 'alice',
  version: '1',
  address: '::1',
  slots: 1,
  capabilities: {
    os: 'linux',
    arch: 'x64',
    hostname: 'alice',
    cpus: 1,
    memoryBytes: 1,
    diskFreeBytes: 1,
    tools: [],
    engines: [],
    specialties: [],
    labels: [],
  },
};

const CREATE: Command = {
  type: 'task.create',
  title: 'T',
  body: '',
  repo: { url: '/srv/a', base: 'main' },
  priority: 'normal',
  engine: { kind: 'command', run: 'true' },
  needs: [],
  after: [],
  at: null,
};

/** The types of the events it led to. */
function submit(command: Command): string[] {
  const events = carryOut(state, command, now, seq);
  seq += events.length;
  return events.map(({ event }) => event.type);
}

function task(): Task {
  const found = state.task(TASK);
  if (!found) throw new Error('there is no task');
  return found;
}

function attempt(ordinal: number): Attempt {
  const found = state.attempt(attemptIdOf(TASK, ordinal));
  if (!found) throw new Error(`there is no attempt ${ordinal}`);
  return found;
}

/** Whatever the task waited for has passed. */
function begin(): AttemptId {
  now += DAY;
  submit({ type: 'task.due', taskId: TASK });
  submit({ type: 'task.assign', taskId: TASK, agentId: ALICE, reasons: [] });
  report({ kind: 'started' });
  return attempt(task().attempts).id;
}

function report(what: AttemptReport): void {
  const { id: attemptId, fence, reportSeq } = attempt(task().attempts);
  submit({
    type: 'attempt.report',
    agentId: ALICE,
    attemptId,
    fence,
    seq: reportSeq + 1,
    report: what,
  });
}

type End = 'killed' | 'lost' | 'failed';

function end(how: End): void {
  const attemptId = begin();
  if (how === 'failed')
    return report({ kind: 'failed', code: 'tests_failed', message: 'no', tests: null });
  const code = how === 'lost' ? 'agent_lost' : 'supervisor_died';
  submit({ type: 'attempt.give_up', attemptId, code, message: 'signal 9' });
}

describe('a task', () => {
  it('that is killed twice in a row is parked; a lost machine in between says nothing, another end does', () => {
    const ends = fc.array(fc.constantFrom<End>('killed', 'lost', 'failed'), { maxLength: 6 });
    fc.assert(
      fc.property(ends, (hows) => {
        open();
        let kills = 0;
        let rest = [2, 5];
        for (const how of hows) {
          const [failures = 0, losses = 0] = rest;
          end(how);
          kills = how === 'killed' ? kills + 1 : how === 'lost' ? kills : 0;
          rest = [failures - (how === 'failed' ? 1 : 0), losses - (how === 'lost' ? 1 : 0)];
          const isParked = kills >= KILL_LIMIT;
          expect(task().failure?.code === 'kills_agents').toBe(isParked);
          const goesOn = !isParked && rest.every((left) => left >= 0);
          expect(task().failure?.retryAt !== null).toBe(goesOn);
          if (!goesOn) return;
        }
      }),
    );
  });

  it('that is parked says where its attempts died, and begins anew by hand', () => {
    end('killed');
    end('killed');
    expect(task().failure?.message).toMatch(/task-1\.1 on alice.*signal 9\n- task-1\.2 on alice/);
    submit({ type: 'task.retry', taskId: TASK });
    expect(task().kills).toBe(0);
  });

  it('whose repository cannot be reached is tried every half minute, without end', () => {
    for (let n = 0; n < 20; n++) {
      const attemptId = begin();
      submit({
        type: 'attempt.give_up',
        attemptId,
        code: 'repo_unreachable',
        message: 'no answer',
      });
      expect(task()).toMatchObject({ failures: 0, failure: { retryAt: now + 30_000 } });
    }
  });
});

describe('work in progress', () => {
  it('of an attempt that was interrupted is gone on with; of one that failed it is not', () => {
    begin();
    report({ kind: 'checkpointed', commit: 'c1' });
    submit({ type: 'attempt.give_up', attemptId: attempt(1).id, code: 'agent_lost', message: 'm' });
    begin();
    expect(attempt(2).resumedFrom).toMatchObject({ attemptId: attempt(1).id, commit: 'c1' });
    report({ kind: 'failed', code: 'tests_failed', message: 'no', tests: null });
    begin();
    expect(attempt(3).resumedFrom).toBeNull();
    expect(task().checkpoint).toMatchObject({ commit: 'c1' });
  });

  it('that is kept late is learned while nobody took over, and only noted after', () => {
    begin();
    const { id: attemptId, fence } = attempt(1);
    const keep = { type: 'attempt.keep_work', agentId: ALICE, attemptId, fence } as const;
    submit({ type: 'attempt.give_up', attemptId, code: 'agent_lost', message: 'm' });
    expect(submit({ ...keep, commit: 'c1' })).toEqual(['attempt.work_kept']);
    expect(submit({ ...keep, commit: 'c1' })).toEqual([]);
    expect(task().checkpoint).toMatchObject({ commit: 'c1' });
    begin();
    submit({ ...keep, commit: 'c2' });
    expect(task().checkpoint).toMatchObject({ commit: 'c1' });
    expect(attempt(1).kept).toMatchObject({ commit: 'c2' });
  });

  it('is of no use once the change is in review', () => {
    const attemptId = begin();
    report({ kind: 'checkpointed', commit: 'c1' });
    report({ kind: 'phase_started', phase: 'test' });
    report({ kind: 'succeeded', change: changeOf(attemptId) });
    expect(task().checkpoint).toBeNull();
  });
});

describe('a stale attempt', () => {
  it('is fenced off once, under its own fence, and not while it counts', () => {
    const attemptId = begin();
    const { fence } = attempt(1);
    const off = { type: 'attempt.fence_off', agentId: ALICE, attemptId, fence, what: 'w' } as const;
    expect(submit(off)).toEqual([]);
    submit({ type: 'attempt.give_up', attemptId, code: 'agent_lost', message: 'm' });
    expect(submit({ ...off, fence: fence + 1 })).toEqual([]);
    expect(submit(off)).toEqual(['attempt.fenced']);
    expect(submit(off)).toEqual([]);
    expect(attempt(1).fenced).toMatchObject({ what: 'w' });
  });

  it('of a task that ended is nothing to anybody', () => {
    const attemptId = begin();
    const { fence } = attempt(1);
    const about = { agentId: ALICE, attemptId, fence } as const;
    submit({ type: 'task.cancel', taskId: TASK, reason: 'not needed' });
    expect(submit({ type: 'attempt.fence_off', ...about, what: 'w' })).toEqual([]);
    expect(submit({ type: 'attempt.keep_work', ...about, commit: 'c' })).toEqual([]);
  });
});

describe('an agent in trouble', () => {
  const low = { kind: 'disk_low', since: 1, message: 'little room' } as const;
  const full = { kind: 'disk_full', since: 2, message: 'no room' } as const;

  it('is given work again when what keeps it away has passed', () => {
    submit({ type: 'agent.conditions', agentId: ALICE, conditions: [low, full] });
    expect(submit({ type: 'task.assign', taskId: TASK, agentId: ALICE, reasons: [] })).toEqual([]);
    expect(submit({ type: 'agent.conditions', agentId: ALICE, conditions: [low] })).toHaveLength(1);
    expect(submit({ type: 'agent.conditions', agentId: ALICE, conditions: [low] })).toEqual([]);
    begin();
    expect(task().state).toBe('in_progress');
  });
});
