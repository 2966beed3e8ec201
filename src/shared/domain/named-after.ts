/** Tasks that a text says it comes after: a line of its own, `after #12`, `depends on task-3, task-4`. Pure. */
import { TaskId } from '../ids.ts';
import type { DecideReader } from './state.ts';

const MOST_TEXT = 20_000;
const MOST = 50;
const LINE =
  /^\s{0,10}(?:[-*+]\s{1,5})?(?:after|depends\s{1,5}on|blocked\s{1,5}by|not\s{1,5}before)\s{0,5}:?\s{1,5}((?:(?:task-|#)\d{1,15}(?:\s{0,5},\s{0,5}|\s{1,5}and\s{1,5})?){1,50})\s{0,5}\.?\s{0,5}$/i;

/**
 * Those that are there and not ended. `#12` is a task only where the text is no issue's: there it is an issue.
 * @param body of a task that is about to be made
 */
export function namedAfter(
  state: Pick<DecideReader, 'task'>,
  { body, origin }: { readonly body: string; readonly origin?: unknown },
): TaskId[] {
  const found = new Set<TaskId>();
  for (const line of body.slice(0, MOST_TEXT).split('\n')) {
    const [, named = ''] = LINE.exec(line.slice(0, 2_000)) ?? [];
    for (const [, kind, digits] of named.matchAll(/(task-|#)(\d{1,15})/gi)) {
      if (kind === '#' && origin !== undefined) continue;
      const id = TaskId.safeParse(`task-${digits}`).data;
      const other = id && state.task(id);
      const isOpen = other && other.state !== 'completed' && other.state !== 'cancelled';
      if (isOpen && found.size < MOST) found.add(other.id);
    }
  }
  return [...found];
}
