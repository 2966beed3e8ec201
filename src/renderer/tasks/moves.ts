/**
 * What it would do to drop a task somewhere on the board, or why that is not possible. Follows from the table of states: a
 * test holds the two together. Pure; the coordinator has the last word.
 */
import {
  canMove,
  isEnd,
  isHeld,
  PRIORITIES,
  type Priority,
  type Task,
  type TaskState,
} from '../../shared/domain/task.ts';
import { GROUPS, groupOf, type Group } from '../store/groups.ts';
import { isMerging, type TaskAction } from '../task/actions.ts';

export type DropPlace = Group | 'cancel' | Priority;

export const DROP_PLACES: readonly DropPlace[] = [...GROUPS, 'cancel', ...PRIORITIES];

export type DropAct = TaskAction | 'priority';

/** Why a drop does nothing; its words are in the texts. */
export type WhyNot =
  | 'here'
  | 'merging'
  | 'ended'
  | 'held'
  | 'agents_take'
  | 'agents_finish'
  | 'nobody_fails'
  | 'only_review';

export type DropResult = { readonly act: DropAct } | { readonly why: WhyNot };

/** The states that a task goes through when a person does this, the first one it is in. */
export const ACT_PATHS: Readonly<Record<TaskAction, readonly (readonly TaskState[])[]>> = {
  approve: [['review', 'completed']],
  send_back: [['review', 'failed', 'queued']],
  reject: [['review', 'cancelled']],
  retry: [['failed', 'queued']],
  cancel: [['failed', 'cancelled']],
};

export type Dropped = Pick<Task, 'state' | 'merge' | 'priority'>;

export function dropOn(task: Dropped, place: DropPlace): DropResult {
  if (isMerging(task)) return { why: 'merging' };
  if (place === 'cancel') {
    return canMove(task.state, 'cancelled') ? { act: 'cancel' } : { why: 'ended' };
  }
  if (isPriority(place)) return ontoPriority(task, place);
  const from = groupOf(task.state);
  if (place === from) return { why: 'here' };
  if (isEnd(task.state)) return { why: 'ended' };
  switch (place) {
    case 'waiting':
      if (task.state === 'failed') return { act: 'retry' };
      return task.state === 'review' ? { act: 'send_back' } : { why: 'held' };
    case 'working':
      return { why: 'agents_take' };
    case 'review':
      return { why: 'agents_finish' };
    case 'failed':
      return { why: 'nobody_fails' };
    case 'done':
      return task.state === 'review' ? { act: 'approve' } : { why: 'only_review' };
  }
}

export function isPriority(place: string): place is Priority {
  return PRIORITIES.some((priority) => priority === place);
}

export function isDropPlace(text: string | undefined): text is DropPlace {
  return DROP_PLACES.some((place) => place === text);
}

/** What no agent holds and what has not ended can be put forward or back. */
function ontoPriority(task: Dropped, priority: Priority): DropResult {
  if (isEnd(task.state)) return { why: 'ended' };
  if (isHeld(task.state)) return { why: 'held' };
  return task.priority === priority ? { why: 'here' } : { act: 'priority' };
}
