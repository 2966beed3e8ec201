/**
 * What follows from what a forge shows: of the issue a task was made from, of the issues it waits for, and of its pull request.
 * All three are sightings, not happenings: seen twice, late, or in another order, they change nothing more. Pure.
 */
import { ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import type { PullRequest } from './pull.ts';
import type { StateReader } from './state.ts';
import { isEnd, type Task } from './task.ts';

export type Sighting = CommandOf<'task.source_seen' | 'task.blockers_seen' | 'task.pull_seen'>;

export function decideSighting(
  state: StateReader,
  task: Task,
  command: Sighting,
  ctx: DecideContext,
): Result<Event[]> {
  // What has ended stays as it is, whatever becomes of its issue.
  if (isEnd(task.state)) return ok([]);
  switch (command.type) {
    case 'task.source_seen':
      return ok(sourceSeen(task, command));
    case 'task.blockers_seen':
      return ok(blockersSeen(state, task, command, ctx));
    case 'task.pull_seen':
      return ok(pullSeen(task, command, ctx));
  }
}

function sourceSeen(task: Task, { source }: CommandOf<'task.source_seen'>): Event[] {
  const isOlder = task.source !== null && source.updatedAt < task.source.updatedAt;
  if (isOlder || isSame(task.source, source)) return [];
  return [{ type: 'task.source_changed', taskId: task.id, source }];
}

function blockersSeen(
  state: StateReader,
  task: Task,
  { blockers }: CommandOf<'task.blockers_seen'>,
  ctx: DecideContext,
): Event[] {
  if (isSame(task.blockers, blockers)) return [];
  const changed: Event = { type: 'task.blockers_changed', taskId: task.id, blockers };
  return isFree(state, { ...task, blockers }, ctx)
    ? [changed, { type: 'task.queued', taskId: task.id, why: 'unblocked' }]
    : [changed];
}

/** True when a blocked task waits for nothing any more: no task, no issue, no time. */
export function isFree(state: StateReader, task: Task, { now }: DecideContext): boolean {
  if (task.state !== 'blocked' || task.blockers.length > 0) return false;
  if (task.at !== null && task.at > now) return false;
  return task.after.every((id) => state.task(id)?.state === 'completed');
}

function pullSeen(task: Task, { pull }: CommandOf<'task.pull_seen'>, ctx: DecideContext): Event[] {
  const seen: Event[] = isSame(task.pull, pull)
    ? []
    : [{ type: 'task.pull_changed', taskId: task.id, pull }];
  return [...seen, ...followsFrom(task, pull, ctx)];
}

function followsFrom(task: Task, pull: PullRequest, { now }: DecideContext): Event[] {
  const { id: taskId, change, failure } = task;
  const isItsChange = change !== null && [pull.headCommit, pull.holds].includes(change.commit);
  if (task.state === 'review' && isItsChange) {
    if (pull.state === 'merged') return mergedOutside(task, pull, now);
    if (pull.state === 'closed') return closedUnmerged(task, pull);
  }
  const wasClosed = failure?.code === 'closed_unmerged';
  if (task.state === 'failed' && wasClosed && pull.state === 'open')
    return [{ type: 'task.queued', taskId, why: 'reopened' }];
  // It was sent back, or waited for a retry, and somebody took it as it was: there is nothing left to do.
  const waits = task.state === 'queued' || task.state === 'failed';
  if (waits && isItsChange && pull.state === 'merged') {
    const reason = `merged as ${pull.repo}#${pull.number} by ${pull.endedBy ?? 'somebody'}, as it was`;
    return [{ type: 'task.cancelled', taskId, reason, by: 'forge' }];
  }
  return [];
}

function mergedOutside({ id: taskId }: Task, pull: PullRequest, at: number): Event[] {
  const commit = pull.mergeCommit ?? pull.headCommit;
  const merge = { state: 'merged', at, commit, how: 'pull_request' } as const;
  return [
    { type: 'task.merge_changed', taskId, merge },
    { type: 'task.completed', taskId },
  ];
}

function closedUnmerged({ id: taskId, attemptId }: Task, pull: PullRequest): Event[] {
  const message = `${pull.repo}#${pull.number} was closed by ${pull.endedBy ?? 'somebody'} without being merged. Reopen it there, or retry the task, to go on`;
  return [
    { type: 'task.failed', taskId, code: 'closed_unmerged', message, attemptId, retryAt: null },
  ];
}

/** Both are validated data: the same keys in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
