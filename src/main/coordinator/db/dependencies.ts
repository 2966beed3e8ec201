/** Which task waits for which: written once, when the task is created. */
import type { Db } from './open.ts';

export interface DependencyTable {
  insert(task: number, after: number): void;
  /** Blocked tasks that wait for `after`, lowest number first. */
  blockedBy(after: number): number[];
  /** What `task` was created to wait for, in number order. */
  of(task: number): number[];
  count(): number;
}

export function dependencyTable(db: Db): DependencyTable {
  // A task may name another one twice.
  const insert = db.prepare<[number, number]>(
    'INSERT OR IGNORE INTO dependencies (task, after) VALUES (?, ?)',
  );
  const blockedBy = db
    .prepare<[number], number>(
      `SELECT d.task FROM dependencies d JOIN tasks t ON t.number = d.task
       WHERE d.after = ? AND t.state = 'blocked' ORDER BY d.task`,
    )
    .pluck();
  const of = db
    .prepare<[number], number>('SELECT after FROM dependencies WHERE task = ? ORDER BY after')
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM dependencies').pluck();
  return {
    insert: (task, after) => void insert.run(task, after),
    blockedBy: (after) => blockedBy.all(after),
    of: (task) => of.all(task),
    count: () => count.get() ?? 0,
  };
}
