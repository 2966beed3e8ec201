/** What a person can do with a task in its present state. Pure; the coordinator has the last word. */
import { isEnd, type Task } from '../../shared/domain/task.ts';

export type TaskAction = 'approve' | 'send_back' | 'reject' | 'retry' | 'cancel';

/** The first is the one most wanted. */
export function actionsFor({ state }: Pick<Task, 'state'>): readonly TaskAction[] {
  if (state === 'review') return ['approve', 'send_back', 'reject'];
  if (state === 'failed') return ['retry', 'cancel'];
  return isEnd(state) ? [] : ['cancel'];
}

/** True while an approval is carried out: nothing else may be asked meanwhile. */
export function isMerging({ merge, state }: Pick<Task, 'merge' | 'state'>): boolean {
  return state === 'review' && merge?.state === 'requested';
}
