/**
 * For property tests: random but plausible commands. Every choice comes from `pick`, so a test can shrink a failing
 * history. About one in six commands makes no sense on purpose.
 */
import { ConsoleId } from '../console.ts';
import { AgentId, taskIdOf, type AttemptId } from '../ids.ts';
import { AgentProfile } from './agent.ts';
import { PHASES, isAttemptEnd, type Attempt, type AttemptReport } from './attempt.ts';
import type { Command } from './command.ts';
import { apply } from './apply.ts';
import { decide } from './decide.ts';
import type { StoredEvent } from './event.ts';
import type { State } from './state.ts';
import type { PullRequest } from './pull.ts';
import { PRIORITIES, type Change, type Task } from './task.ts';
import { SPECIALTIES } from './specialty.ts';

/** A number from 0 to `below` - 1. */
export type Pick = (below: number) => number;

/** Draws from a list of numbers, over and over. */
export function pickFrom(numbers: readonly number[]): Pick {
  let next = 0;
  return (below) => {
    const number = numbers[next % numbers.length] ?? 0;
    next += 1;
    // The round is mixed in, or a short list would repeat itself.
    return Math.abs(number + Math.imul(Math.floor(next / numbers.length), 7_919)) % below;
  };
}

const AGENTS = ['alice', 'bob', 'carol'].map((name) => AgentId.parse(name));

export function oneOf<T>(pick: Pick, values: readonly T[]): T {
  const value = values[pick(values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** A command that somebody might submit in this state. */
export function nextCommand(state: State, pick: Pick, now: number): Command {
  const tasks = [...state.tasks.values()];
  const task = tasks.length === 0 || pick(8) === 0 ? undefined : oneOf(pick, tasks);
  if (pick(16) === 0) return recurringCommand(state, pick, now);
  if (!task) return pick(3) === 0 ? agentCommand(pick) : createCommand(tasks, pick, now);
  const attempt = task.attemptId === null ? undefined : state.attempt(task.attemptId);
  // Of one that is over hardly anything is heard; its task waits for people.
  const isQuiet = attempt === undefined || isAttemptEnd(attempt.state);
  if (attempt && (isQuiet ? pick(5) === 0 : pick(3) > 0))
    return attemptCommand(task, attempt, pick, now);
  if (pick(5) === 0) return agentCommand(pick);
  return taskCommand(task, pick, now);
}

function createCommand(tasks: readonly Task[], pick: Pick, now: number): Command {
  const after =
    pick(3) === 0 && tasks.length > 0 ? [oneOf(pick, tasks).id, oneOf(pick, tasks).id] : [];
  return {
    type: 'task.create',
    title: `Task ${pick(100)}`,
    body: 'é\n"quoted"',
    repo: { url: `/srv/${pick(3)}`, base: 'main' },
    priority: oneOf(pick, PRIORITIES),
    engine: pick(4) === 0 ? { kind: 'claude-code' } : { kind: 'command', run: 'true' },
    needs: pick(2) === 0 ? [] : [`tool${pick(3)}`],
    after,
    at: pick(4) === 0 ? now + pick(2_000) - 500 : null,
    ...(pick(8) === 0 && { blockers: [ISSUE] }),
    ...(pick(3) === 0 && { upstream: 'skip', batch: `batch ${pick(2)}` }),
  };
}

function recurringCommand(state: State, pick: Pick, now: number): Command {
  const known = [...state.recurrings.values()];
  const one = known.length === 0 || pick(4) === 0 ? undefined : oneOf(pick, known);
  if (pick(4) === 0) return createAllCommand(state, pick, now);
  if (!one || pick(6) === 0) {
    const pattern = {
      ...{ title: 'Tidy up', body: 'All of it', repo: { url: '/srv/1', base: null }, needs: [] },
      ...{ priority: oneOf(pick, PRIORITIES), engine: { kind: 'command', run: 'true' } as const },
    };
    const times = { cron: '0 6 * * *', timeZone: 'Asia/Tokyo', nextAt: now + pick(800) };
    const how = { overlap: oneOf(pick, ['allow', 'skip'] as const), isOn: pick(4) > 0 };
    return { type: 'recurring.save', ...(one && { id: one.id }), pattern, ...times, ...how };
  }
  if (pick(6) === 0) return { type: 'recurring.remove', id: one.id };
  const at = pick(4) === 0 ? now : (one.nextAt ?? now);
  const nextAt = now + pick(800);
  return { type: 'recurring.fire', id: one.id, at, nextAt, byHand: pick(4) === 0 };
}

function createAllCommand(state: State, pick: Pick, now: number): Command {
  const tasks = Array.from({ length: pick(4) }, () =>
    createCommand([...state.tasks.values()], pick, now),
  ).flatMap((made) => {
    if (made.type !== 'task.create') return [];
    const { type: _, ...task } = made;
    return [task];
  });
  if (pick(2) === 0) return { type: 'task.create_all', tasks };
  const steps = tasks.map((made, n) => {
    const { after: _, ...task } = made;
    const after = pick(6) === 0 ? [`step ${pick(5)}`] : n === 0 ? [] : [`step ${pick(n)}`];
    return { key: `step ${n}`, task, after };
  });
  return { type: 'workflow.start', name: 'All of it', steps };
}

/** Agents keep their number of slots: one that came back with fewer would hold too many without a fault of ours. */
export function slotsOf(id: AgentId): number {
  return AGENTS.indexOf(id) + 1;
}

function agentCommand(pick: Pick): Command {
  const agentId = oneOf(pick, AGENTS);
  switch (pick(12)) {
    case 8: {
      const consoleId = ConsoleId.parse(`console-00000000000${pick(3)}`);
      return pick(2) === 0
        ? { type: 'agent.open_shell', agentId, consoleId }
        : { type: 'agent.close_shell', agentId, consoleId, why: 'w' };
    }
    case 6:
      return pick(2) === 0 ? enrolCommand(agentId) : { type: 'agent.change', agentId, name: 'n' };
    case 7: {
      const about = { version: '2', build: 'b', why: null, at: 1 };
      const state = oneOf(pick, ['running', 'done', 'failed'] as const);
      return { type: 'agent.update', agentId, update: { ...about, state } };
    }
    case 5: {
      const condition = { kind: 'disk_low', since: 1, message: 'm' } as const;
      return { type: 'agent.conditions', agentId, conditions: pick(2) === 0 ? [] : [condition] };
    }
    case 0:
      return { type: 'agent.disconnect', agentId, why: 'gone' };
    case 1:
      return { type: 'agent.load', agentId, overloaded: pick(2) === 0 };
    case 2:
      return { type: 'agent.drain', agentId, draining: pick(3) === 0 };
    case 3:
      return { type: 'agent.remove', agentId };
    case 4:
      if (pick(4) === 0)
        return { type: 'workshop.stop', how: pick(3) === 0 ? 'end' : 'freeze', reason: '' };
      if (pick(2) === 0) return { type: 'workshop.restart' };
      return { type: pick(2) === 0 ? 'queue.pause' : 'queue.resume' };
    default:
      return connectCommand(agentId);
  }
}

function enrolCommand(agentId: AgentId): Command {
  const enrolment = { via: 'invitation', keyHash: '0'.repeat(64), host: null, at: 1 } as const;
  return { type: 'agent.enrol', agentId, name: 'n', profile: AgentProfile.parse({}), enrolment };
}

function connectCommand(agentId: AgentId): Command {
  const capabilities = {
    os: 'linux',
    arch: 'x64',
    hostname: agentId,
    cpus: 4,
    memoryBytes: 8e9,
    diskFreeBytes: 1e11,
    tools: [{ name: 'tool0', version: '1', path: '/usr/bin/tool0' }],
    engines: [{ kind: 'command', version: '1', ready: true, why: null } as const],
    specialties: [],
    labels: [],
  };
  const slots = slotsOf(agentId);
  return {
    type: 'agent.connect',
    agentId,
    name: agentId,
    version: '1',
    address: '::1',
    slots,
    capabilities,
  };
}

function taskCommand(task: Task, pick: Pick, now: number): Command {
  const taskId = task.id;
  // Mostly what the state asks for, else anything.
  const moves = task.merge?.state === 'requested' ? MERGING : FITTING[task.state];
  const fitting = pick(6) === 0 ? pick(15) : moves[pick(moves.length)];
  switch (fitting) {
    case 12:
      return { type: 'task.pull_seen', taskId, pull: pullOf(task, pick) };
    case 13: {
      const source = { state: 'open', author: null, hash: `${pick(2)}`, updatedAt: now } as const;
      return { type: 'task.source_seen', taskId, source };
    }
    case 14:
      return { type: 'task.blockers_seen', taskId, blockers: pick(2) === 0 ? [] : [ISSUE] };
    case 0:
      return { type: 'task.analyse', taskId, specialty: oneOf(pick, SPECIALTIES) };
    case 1:
      return { type: 'task.due', taskId };
    case 2:
      return { type: 'task.unblock', taskId };
    case 3:
      return { type: 'task.assign', taskId, agentId: oneOf(pick, AGENTS), reasons: [] };
    case 4:
      return { type: 'task.cancel', taskId, reason: 'not needed' };
    case 5:
      return { type: 'task.retry', taskId };
    case 6:
      return { type: 'task.approve', taskId };
    case 7:
      return { type: 'task.send_back', taskId, comment: 'again' };
    case 8:
      return { type: 'task.reject', taskId, comment: '' };
    case 9:
      return {
        type: 'task.merge_result',
        taskId,
        merge: { state: 'merged', at: now, commit: 'c', how: 'fast_forward' },
      };
    case 10:
      return {
        type: 'task.merge_result',
        taskId,
        merge: { state: 'refused', at: now, message: 'm', files: ['f'] },
      };
    default:
      return {
        type: 'task.update',
        taskId,
        title: `Changed ${pick(10)}`,
        ...(pick(3) === 0 && { after: [taskIdOf(1 + pick(9)), taskIdOf(1 + pick(9))] }),
        ...(pick(3) === 0 && { upstream: oneOf(pick, ['wait', 'skip'] as const) }),
        ...(pick(2) === 0 && { body: `Changed ${pick(10)}` }),
        priority: oneOf(pick, PRIORITIES),
      };
  }
}

/** Numbers of the cases of `taskCommand` that move a task on. */
const FITTING: Readonly<Record<Task['state'], readonly number[]>> = {
  scheduled: [1, 1, 11],
  blocked: [2, 2, 14, 11],
  pending: [0],
  analyzing: [0],
  queued: [3],
  assigned: [4, 3],
  in_progress: [4, 3],
  testing: [4, 3],
  review: [6, 6, 6, 9, 7, 8, 12, 12],
  completed: [5, 6],
  failed: [1, 5, 12],
  cancelled: [1, 3],
};

/** The same, where the forge has been asked to merge. */
const MERGING = [9, 9, 10, 4, 12];

const ISSUE = { forge: 'github', url: 'https://github.com/a/b/issues/1', ref: 'a/b#1' } as const;

function pullOf({ change }: Task, pick: Pick): PullRequest {
  return {
    ...{ repo: 'a/b', number: 2, url: 'https://github.com/a/b/pull/2', branch: 'koubou/x' },
    ...{ base: 'main', isDraft: false, autoMerge: false, checkRuns: [], endedBy: null },
    ...{ checks: 'none', review: 'none', mergeable: 'clean', mergeCommit: null },
    state: oneOf(pick, ['open', 'open', 'merged', 'closed'] as const),
    headCommit: pick(4) === 0 ? 'other' : (change?.commit ?? 'other'),
  };
}

function attemptCommand(task: Task, attempt: Attempt, pick: Pick, now: number): Command {
  const { id: attemptId, agentId } = attempt;
  if (pick(12) === 0) {
    return {
      type: 'attempt.give_up',
      attemptId,
      code: oneOf(pick, ['agent_lost', 'supervisor_died', 'repo_unreachable']),
      message: 'm',
    };
  }
  if (pick(24) === 0) {
    const { fence } = attempt;
    return pick(2) === 0
      ? { type: 'attempt.fence_off', agentId, attemptId, fence, what: 'a report' }
      : { type: 'attempt.keep_work', agentId, attemptId, fence, commit: 'c0ffee' };
  }
  if (pick(16) === 0) {
    const usage = { inputTokens: pick(9), outputTokens: 2, cachedInputTokens: 1, costUsd: null };
    const times = { status: 200, waitMs: 0, firstByteMs: pick(3), ms: 3, trouble: null };
    const call = { accountId: null, provider: 'anthropic', model: 'm', usage, ...times } as const;
    return { type: 'attempt.call_model', attemptId, call };
  }
  const odd = pick(8);
  const fence = odd === 0 ? attempt.fence + pick(3) - 1 : attempt.fence;
  const seq = odd === 1 ? attempt.reportSeq + pick(4) : attempt.reportSeq + 1;
  return {
    type: 'attempt.report',
    agentId,
    attemptId,
    fence,
    seq,
    report: nextReport(task, attempt, pick, now),
  };
}

function nextReport(task: Task, attempt: Attempt, pick: Pick, now: number): AttemptReport {
  if (pick(16) === 0) {
    return pick(2) === 0
      ? { kind: 'cancelled' }
      : {
          kind: 'failed',
          code: oneOf(pick, ['tests_failed', 'supervisor_died', 'agent_disk_full']),
          message: `at ${now}`,
          tests: null,
        };
  }
  if (isAttemptEnd(attempt.state) || attempt.state === 'assigned') return { kind: 'started' };
  if (task.state === 'testing' && pick(2) === 0)
    return { kind: 'succeeded', change: changeOf(attempt.id) };
  const usage = { inputTokens: pick(9), outputTokens: 1, cachedInputTokens: 0, costUsd: null };
  if (pick(6) === 0) return { kind: 'usage', usage };
  if (pick(16) === 0) return { kind: 'checkpointed', commit: `c${pick(9)}` };
  if (pick(16) === 0) return { kind: pick(2) === 0 ? 'paused' : 'resumed' };
  if (pick(16) === 0)
    return pick(2) === 0 ? { kind: 'taken_over', by: 'user' } : { kind: 'handed_back' };
  const phase = oneOf(pick, PHASES);
  if (pick(2) === 0) return { kind: 'phase_ended', phase, outcome: 'passed', detail: null };
  return { kind: 'phase_started', phase: pick(3) === 0 ? 'test' : phase };
}

export function changeOf(attemptId: AttemptId): Change {
  return {
    attemptId,
    branch: 'koubou/x',
    commit: 'c0ffee',
    base: 'main',
    baseCommit: 'ba5e',
    stats: { files: 1, insertions: 2, deletions: 3 },
    tests: { outcome: 'skipped', why: 'none' },
  };
}

/** Carries a command out on a plain state; answers its events, or none when it is refused. */
export function carryOut(state: State, command: Command, now: number, seq: number): StoredEvent[] {
  const decision = decide(state, command, { now, actor: 'test' });
  if (!decision.ok) return [];
  return decision.value.map((event, index) => {
    const stored = { seq: seq + index + 1, at: now, actor: 'test', event };
    const change = apply(state, stored);
    if (!change) throw new Error(`${event.type} changed nothing`);
    state.put(change);
    return stored;
  });
}
