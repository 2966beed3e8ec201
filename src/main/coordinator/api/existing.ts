/** Tasks that a request names. */
import type { Task } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskIdOf, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';

/** The task, or a refusal that tells which ones there are. */
export function existing(journal: Journal, id: TaskId): Result<Task> {
  const task = journal.task(id);
  if (task) return ok(task);
  const { lastTask } = journal.workshop();
  const known =
    lastTask === 0 ? 'there are no tasks yet' : `the newest task is ${taskIdOf(lastTask)}`;
  return fail(rejection('not_found', `there is no ${id}; ${known}`, { id }));
}
