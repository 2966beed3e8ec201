/** Every accepted task exists exactly once, and ends in exactly one end state. */
import { isEnd } from '../../../src/shared/domain/task.ts';
import { titleOf } from '../operator.ts';
import type { Evidence } from './evidence.ts';

export function checkAccepted({ operator, tasks, events, violations }: Evidence): void {
  const byTitle = Map.groupBy(tasks, ({ title }) => title);
  for (const [title, same] of byTitle) {
    if (same.length > 1)
      violations.add(
        'accepted',
        `${title} was created ${same.length} times: ${same.map(({ id }) => id).join(', ')}`,
      );
  }
  for (const [id, { work }] of operator.orders) {
    const task = tasks.find((one) => one.id === id);
    if (task?.title !== titleOf(work))
      violations.add(
        'accepted',
        `${id} was accepted for ${work.key} and is ${task ? `"${task.title}"` : 'lost'}`,
      );
  }
  const known = new Set([...operator.orders.values()].map(({ work }) => titleOf(work)));
  for (const { id, title } of tasks)
    if (!known.has(title)) violations.add('accepted', `${id} "${title}" was never accepted`);

  for (const { id, title } of tasks) {
    const code = operator.refused.get(title);
    if (code !== undefined)
      violations.add(
        'accepted',
        `the create of "${title}" was refused (${code}), and ${id} was made`,
      );
  }
  const ends = new Map<string, string[]>();
  for (const { event } of events) {
    if (event.type === 'task.completed' || event.type === 'task.cancelled')
      ends.set(event.taskId, [...(ends.get(event.taskId) ?? []), event.type]);
  }
  for (const { id, state } of tasks) {
    const told = ends.get(id) ?? [];
    if (isEnd(state) ? told.length !== 1 : told.length > 0)
      violations.add(
        'ends',
        `${id} is ${state}, and the log ends it ${told.length} times: ${told.join(', ')}`,
      );
  }
}
