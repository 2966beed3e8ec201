/** The views of a task, and the one that is most of interest in each state. */
import { isHeld, type Task } from '../../shared/domain/task.ts';

export const TABS = ['timeline', 'terminal', 'transcript', 'changes', 'tests', 'why'] as const;
export type Tab = (typeof TABS)[number];

export function tabFor({ state }: Pick<Task, 'state'>): Tab {
  if (isHeld(state)) return 'terminal';
  return state === 'review' ? 'changes' : 'timeline';
}
