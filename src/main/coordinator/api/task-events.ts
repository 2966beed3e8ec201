/** All events of a task, page by page, as far as they are looked at. */
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';

const PAGE = 500;

/** Oldest first. */
export function* eventsOf(
  journal: Pick<Journal, 'taskEvents'>,
  id: TaskId,
): Generator<StoredEvent> {
  let after: number | undefined = 0;
  while (after !== undefined) {
    const page: StoredEvent[] = journal.taskEvents(id, after, PAGE);
    yield* page;
    after = page.length === PAGE ? page.at(-1)?.seq : undefined;
  }
}
