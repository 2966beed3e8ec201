/** Tasks per state, kept as numbers so that nobody has to count them. */
import { TASK_STATES, type TaskState } from '../../../shared/domain/task.ts';
import type { Db } from './open.ts';

export interface CountTable {
  set(state: TaskState, count: number): void;
  all(): Record<TaskState, number>;
  /** Counted anew from the tasks, for checks. */
  recount(): Record<TaskState, number>;
}

export function countTable(db: Db): CountTable {
  type Row = { state: string; count: number };
  const set = db.prepare<[string, number]>(
    'INSERT INTO task_counts (state, count) VALUES (?, ?) ON CONFLICT (state) DO UPDATE SET count = excluded.count',
  );
  const all = db.prepare<[], Row>('SELECT state, count FROM task_counts');
  const recount = db.prepare<[], Row>('SELECT state, count(*) AS count FROM tasks GROUP BY state');
  return {
    set: (state, count) => void set.run(state, count),
    all: () => byState(all.all()),
    recount: () => byState(recount.all()),
  };
}

/** No task in any state. */
export function noTasks(): Record<TaskState, number> {
  return {
    scheduled: 0,
    blocked: 0,
    pending: 0,
    analyzing: 0,
    queued: 0,
    assigned: 0,
    in_progress: 0,
    testing: 0,
    review: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
  };
}

function byState(rows: { state: string; count: number }[]): Record<TaskState, number> {
  const counts = noTasks();
  for (const state of TASK_STATES)
    counts[state] = rows.find((row) => row.state === state)?.count ?? 0;
  return counts;
}
