/** Tasks that were given one name, ended together. */
import type { OutputOf, ParsedInputOf } from '../../../shared/contract.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';

const PAGE = 500;

/** Each is cancelled by itself, in as few commits as can be; asked again it does what is left. */
export async function cancelBatch(
  journal: Journal,
  { batch, reason }: ParsedInputOf<'tasks.cancel_batch'>,
  actor: string,
): Promise<Result<OutputOf<'tasks.cancel_batch'>>> {
  const cancelled: TaskId[] = [];
  const refused: OutputOf<'tasks.cancel_batch'>['refused'] = [];
  let found = 0;
  for (let before: number | undefined; ;) {
    const page = journal.tasks({ limit: PAGE, before, batch });
    found += page.length;
    const open = page.filter(({ state }) => !isEnd(state));
    const answers = await Promise.all(
      open.map(async ({ id }) => ({
        id,
        answer: await journal.submit({ type: 'task.cancel', taskId: id, reason }, { actor }),
      })),
    );
    for (const { id, answer } of answers) {
      if (answer.ok) cancelled.push(id);
      else refused.push({ id, error: answer.error });
    }
    const last = page.length === PAGE ? page.at(-1) : undefined;
    if (!last) break;
    before = taskNumberOf(last.id);
  }
  if (found > 0) return ok({ cancelled, refused });
  return fail(rejection('not_found', `no task is of a batch called "${batch}"`, { batch }));
}
