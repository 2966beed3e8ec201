import { expect, it } from 'vitest';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { waitsOf } from './waits.ts';

const taskId = taskIdOf(1);
const attemptId = attemptIdOf(taskId, 1);

function stored(list: readonly (readonly [number, Event])[]): StoredEvent[] {
  return list.map(([at, event], index) => ({ seq: index + 1, at, actor: 'scheduler', event }));
}

const created: Event = {
  type: 'task.created',
  taskId,
  state: 'blocked',
  title: 'Round once',
  body: '',
  repo: { url: '/srv/shop', base: null },
  priority: 'normal',
  engine: { kind: 'command', run: 'true' },
  needs: [],
  after: [],
  at: null,
  by: 'user',
};
const failed: Event = {
  type: 'task.failed',
  taskId,
  code: 'repo_unreachable',
  message: 'no answer',
  attemptId,
  retryAt: 90,
};
const assigned: Event = {
  type: 'task.assigned',
  taskId,
  attemptId,
  agentId: AgentId.parse('kiln'),
  fence: 1,
  reasons: [],
};
const reviewed: Event = {
  type: 'task.merge_changed',
  taskId,
  merge: { state: 'refused', at: 120, message: 'in the way', files: [] },
};

const LIFE = stored([
  [0, created],
  [10, { type: 'task.queued', taskId, why: 'unblocked' }],
  [25, assigned],
  [30, { type: 'attempt.started', taskId, attemptId, reportSeq: 1 }],
  [40, failed],
  [90, { type: 'task.queued', taskId, why: 'retry' }],
  [90, assigned],
  [120, reviewed],
]);

const told = (
  task: Partial<Pick<Task, 'state' | 'updatedAt'>>,
  events: readonly StoredEvent[],
  now: number,
) =>
  waitsOf({ state: 'review', updatedAt: 0, ...task }, events, now).map((wait) => [
    wait.kind,
    wait.why,
    wait.span.from,
    wait.span.until,
    wait.isOpen,
  ]);

it('tells what a task waited for whenever nobody worked on it, and leaves out what took no time', () => {
  expect(told({}, LIFE, 150)).toEqual([
    ['blocked', null, 0, 10, false],
    ['queued', 'unblocked', 10, 25, false],
    ['retry', null, 40, 90, false],
    ['review', null, 120, 150, true],
  ]);
});

it('ends with the task', () => {
  const cancelled = stored([[140, { type: 'task.cancelled', taskId, reason: 'no', by: 'user' }]]);
  const waits = told({ state: 'cancelled', updatedAt: 140 }, [...LIFE, ...cancelled], 999);
  expect(waits.at(-1)).toEqual(['review', null, 120, 140, false]);
});
