/** The branches of a task: what its agents push, and the gateway lets them push. */
import type { AttemptId } from '../ids.ts';
import { slugOf } from '../text.ts';
import type { Task } from './task.ts';

type Named = Pick<Task, 'id' | 'title'> & { readonly change?: Task['change'] };

/**
 * The change of a task: `koubou/task-12-fix-the-total`; without a title that can be spelled, `koubou/task-12`. Once there is
 * a change its branch stays, whatever becomes of the title: its pull request is found by it.
 */
export function branchOf({ id, title, change = null }: Named): string {
  if (change) return change.branch;
  const slug = slugOf(title);
  return slug === '' ? `koubou/${id}` : `koubou/${id}-${slug}`;
}

/**
 * Work in progress of one attempt: `koubou/work/task-12.1`. No other attempt pushes there, so that one which lost its
 * task can still save what it did.
 */
export function workBranchOf(attemptId: AttemptId): string {
  return `koubou/work/${attemptId}`;
}
