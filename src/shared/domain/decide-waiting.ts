/**
 * Tasks that wait for others: what they may wait for, and what becomes of them when one of those completes, is cancelled, or
 * is named anew. Pure, part of `decide.ts`.
 */
import { rejection, type Rejection } from '../errors.ts';
import type { TaskId } from '../ids.ts';
import type { DecideContext } from './command.ts';
import { isFree } from './decide-forge.ts';
import type { Event } from './event.ts';
import { cycleOf, wayInWords } from './graph.ts';
import type { StateReader } from './state.ts';
import type { Task } from './task.ts';

/** Why no task can wait for these. */
export function refuseWaiting(state: StateReader, after: readonly TaskId[]): Rejection | null {
  for (const id of after) {
    const other = state.task(id);
    if (!other) return rejection('unknown_dependency', `there is no ${id} to wait for`, { id });
    if (other.state !== 'cancelled') continue;
    const message = `${id} is cancelled and will never complete`;
    return rejection('dependency_cancelled', message, { id });
  }
  return null;
}

/** Why a task that is there cannot wait for these from now on. */
export function refuseOtherAfter(
  state: StateReader,
  task: Task,
  after: readonly TaskId[],
): Rejection | null {
  if (!MAY_WAIT.has(task.state)) {
    const message = `${task.id} is ${task.state}: what it waits for can be changed only before it was given to an agent`;
    return rejection('illegal_transition', message, { from: task.state });
  }
  // It may go on to wait for one that was cancelled meanwhile.
  const more = after.filter((id) => !task.after.includes(id));
  const refused = refuseWaiting(state, more);
  if (refused) return refused;
  const way = cycleOf(state, task.id, after);
  if (!way) return null;
  const message = `${task.id} would wait for itself: ${wayInWords(way)}. Leave one of these out`;
  return rejection('dependency_cycle', message, { path: way });
}

const MAY_WAIT: ReadonlySet<Task['state']> = new Set<Task['state']>([
  'scheduled',
  'blocked',
  'pending',
  'queued',
]);

/**
 * What follows for a task from how those stand that it waits for. Asked twice, it follows once: the events change the state
 * that it is read from.
 */
export function followUpstream(state: StateReader, task: Task, ctx: DecideContext): Event[] {
  const { id: taskId } = task;
  if (task.state === 'blocked') {
    const lost = task.upstream === 'skip' ? cancelledBefore(state, task)[0] : undefined;
    if (lost !== undefined) {
      const reason = `it waits for ${lost}, which is cancelled`;
      return [{ type: 'task.cancelled', taskId, reason, by: ctx.actor }];
    }
    return isFree(state, task, ctx) ? [{ type: 'task.queued', taskId, why: 'unblocked' }] : [];
  }
  const waits = task.after.some((id) => state.task(id)?.state !== 'completed');
  return waits && MAY_WAIT.has(task.state) ? [{ type: 'task.blocked', taskId }] : [];
}

/** Of what a task waits for, that which will never complete. */
export function cancelledBefore(state: StateReader, { after }: Pick<Task, 'after'>): TaskId[] {
  return after.filter((id) => state.task(id)?.state === 'cancelled');
}
