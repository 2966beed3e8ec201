/** Folds the whole log for tables that are made anew from it. Memory follows the live tasks, not the log. */
import type { Database as Db } from 'better-sqlite3';
import { apply } from '../../../shared/domain/apply.ts';
import { taskOfEvent, type StoredEvent } from '../../../shared/domain/event.ts';
import { emptyState, type State } from '../../../shared/domain/state.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import { attemptIdOf, taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { storedEvent, type EventRow } from './events.ts';

/** @param take told each event, oldest first, with the state before it; it may write to other tables meanwhile */
export function foldLog(db: Db, take: (before: State, stored: StoredEvent) => void): void {
  const page = db.prepare<[number, number], EventRow>(
    `SELECT seq, at, actor, type, task, body, lower(hex(hash)) AS hash FROM events
     WHERE seq > +? ORDER BY seq LIMIT 0 + ?`,
  );
  const lastOf = db
    .prepare<[number], number | null>('SELECT max(seq) FROM events WHERE task = +?')
    .pluck();
  const state = emptyState();
  let seq = 0;
  for (;;) {
    // In pages, as SQLite writes nothing over a connection that reads still.
    const rows = page.all(seq, PAGE);
    if (rows.length === 0) return;
    for (const row of rows) {
      ({ seq } = row);
      const stored = storedEvent(row, db.name);
      take(state, stored);
      const change = apply(state, stored);
      // A log with such an event is damaged; the check of the whole names it.
      if (!change) continue;
      state.put(change);
      const about = taskOfEvent(stored.event);
      const task = about === null ? undefined : state.task(about);
      // Something may be heard of a task that has ended: a request to a model that was under way, say.
      if (task && isEnd(task.state) && lastOf.get(taskNumberOf(task.id)) === seq)
        forget(state, task.id);
    }
  }
}

const PAGE = 1_000;

function forget(state: State, id: TaskId): void {
  const attempts = state.task(id)?.attempts ?? 0;
  for (let n = 1; n <= attempts; n++) state.attempts.delete(attemptIdOf(id, n));
  state.tasks.delete(id);
}
