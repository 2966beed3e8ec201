/** The branch of a task: what its agent pushes, and the gateway lets it push. */
import { slugOf } from '../text.ts';
import type { Task } from './task.ts';

/** `koubou/task-12-fix-the-total`; without a title that can be spelled, `koubou/task-12`. */
export function branchOf({ id, title }: Pick<Task, 'id' | 'title'>): string {
  const slug = slugOf(title);
  return slug === '' ? `koubou/${id}` : `koubou/${id}-${slug}`;
}
