/** Things to test the window with: a task, an attempt and an agent like any other, but for what a test says of them. */
import { Agent } from '../shared/domain/agent.ts';
import type { Attempt } from '../shared/domain/attempt.ts';
import type { Task } from '../shared/domain/task.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../shared/ids.ts';

/** A task in the queue. */
export function taskOf(number: number, change: Partial<Task> = {}): Task {
  return {
    id: taskIdOf(number),
    title: `Task ${number}`,
    body: '',
    repo: { url: '/srv/shop', base: 'main' },
    priority: 'normal',
    localOnly: false,
    engine: { kind: 'claude-code' },
    needs: [],
    after: [],
    at: null,
    state: 'queued',
    specialty: null,
    createdAt: number,
    createdBy: 'user',
    updatedAt: number,
    queuedAt: null,
    attemptId: null,
    attempts: 0,
    failures: 0,
    losses: 0,
    kills: 0,
    checkpoint: null,
    origin: null,
    source: null,
    blockers: [],
    pull: null,
    change: null,
    failure: null,
    merge: null,
    feedback: [],
    cancelReason: null,
    security: 'internal',
    location: null,
    concurrency: [],
    upstream: 'wait',
    analysis: null,
    workflow: null,
    batch: null,
    recurring: null,
    site: null,
    leadFence: 0,
    ...change,
  };
}

/** A running attempt of task 1, by the agent kiln. */
export function attemptOf(ordinal: number, change: Partial<Attempt> = {}): Attempt {
  return {
    id: attemptIdOf(taskIdOf(1), ordinal),
    taskId: taskIdOf(1),
    agentId: AgentId.parse('kiln'),
    fence: ordinal,
    ordinal,
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
    takenOver: null,
    yieldedTo: null,
    fenced: null,
    kept: null,
    ...change,
  };
}

/** An idle agent of the coordinator's own PC. */
export function agentOf(name: string, change: Partial<Agent> = {}): Agent {
  return Agent.parse({
    ...{ id: name, name, state: 'idle', connected: true, overloaded: false },
    ...{ draining: false, slots: 2, running: [], version: '0.1.0', address: '10.0.0.7' },
    ...{ firstSeenAt: 0, since: 0 },
    capabilities: {
      ...{ os: 'linux', arch: 'x64', hostname: `${name}.lan`, cpus: 8, memoryBytes: 16e9 },
      ...{ diskFreeBytes: 84e9, tools: [], engines: [], specialties: [], labels: [] },
    },
    ...change,
  });
}
