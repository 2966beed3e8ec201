/** Tasks that were given one name, ended together. */
import type { OutputOf, ParsedInputOf } from '../../../shared/contract.ts';
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';

const PAGE = 500;

/** In one commit, so that whatever happens none of them goes on while others were cancelled; those that cannot be say why. */
export async function cancelBatch(
  journal: Journal,
  { batch, reason }: ParsedInputOf<'tasks.cancel_batch'>,
  actor: string,
): Promise<Result<OutputOf<'tasks.cancel_batch'>>> {
  const tasks = tasksOf(journal, batch);
  if (tasks.length === 0)
    return fail(rejection('not_found', `no task is of a batch called "${batch}"`, { batch }));
  const taskIds = tasks.flatMap(({ id, state }) => (isEnd(state) ? [] : [id]));
  const done = await journal.submit({ type: 'task.cancel_all', taskIds, reason }, { actor });
  if (!done.ok) return done;
  const cancelled = done.value.events.flatMap(({ event }) =>
    event.type === 'task.cancelled' ? [event.taskId] : [],
  );
  const known = new Set(cancelled);
  const refused: OutputOf<'tasks.cancel_batch'>['refused'] = [];
  for (const taskId of taskIds.filter((id) => !known.has(id))) {
    const answer = await journal.submit({ type: 'task.cancel', taskId, reason }, { actor });
    if (answer.ok) cancelled.push(taskId);
    else refused.push({ id: taskId, error: answer.error });
  }
  return ok({ cancelled, refused });
}

function tasksOf(journal: Journal, batch: string): Task[] {
  const tasks: Task[] = [];
  for (let before: number | undefined; ;) {
    const page = journal.tasks({ limit: PAGE, before, batch });
    tasks.push(...page);
    const last = page.length === PAGE ? page.at(-1) : undefined;
    if (!last) return tasks;
    before = taskNumberOf(last.id);
  }
}
