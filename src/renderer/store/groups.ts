/** The five columns of the board: every state belongs to one. */
import type { TaskState } from '../../shared/domain/task.ts';

export const GROUPS = ['waiting', 'working', 'review', 'failed', 'done'] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_STATES: Readonly<Record<Group, readonly TaskState[]>> = {
  waiting: ['scheduled', 'blocked', 'pending', 'analyzing', 'queued'],
  working: ['assigned', 'in_progress', 'testing'],
  review: ['review'],
  failed: ['failed'],
  done: ['completed', 'cancelled'],
};

const GROUP_OF = new Map(
  GROUPS.flatMap((group) => GROUP_STATES[group].map((state) => [state, group])),
);

export function groupOf(state: TaskState): Group {
  return GROUP_OF.get(state) ?? 'waiting';
}
