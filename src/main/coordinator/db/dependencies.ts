/** Which task waits for which. */
import type { Db } from './open.ts';

export interface DependencyTable {
  insert(task: number, after: number): void;
  /** `task` waits for these from now on, and for no others. */
  replace(task: number, after: readonly number[]): void;
  /** Blocked tasks that are led here and wait for `after`, lowest number first. */
  blockedBy(after: number): number[];
  /** Blocked tasks that are to be skipped, since one that they wait for is cancelled; lowest number first. */
  skippable(limit: number): number[];
  /** What `task` waits for, in number order. */
  of(task: number): number[];
  count(): number;
}

export function dependencyTable(db: Db): DependencyTable {
  // A task may name another one twice.
  const insert = db.prepare<[number, number]>(
    'INSERT OR IGNORE INTO dependencies (task, after) VALUES (?, ?)',
  );
  const clear = db.prepare<[number]>('DELETE FROM dependencies WHERE task = ?');
  const blockedBy = db
    .prepare<[number], number>(
      `SELECT d.task FROM dependencies d JOIN tasks t ON t.number = d.task
       WHERE d.after = +? AND t.state = 'blocked' AND t.told IS NULL ORDER BY d.task`,
    )
    .pluck();
  const skippable = db
    .prepare<[number], number>(
      `SELECT number FROM tasks WHERE state = 'blocked' AND told IS NULL AND doc ->> '$.upstream' = 'skip' AND EXISTS (
         SELECT 1 FROM dependencies d JOIN tasks other ON other.number = d.after
         WHERE d.task = tasks.number AND other.state = 'cancelled'
       ) ORDER BY number LIMIT 0 + ?`,
    )
    .pluck();
  const of = db
    .prepare<[number], number>('SELECT after FROM dependencies WHERE task = +? ORDER BY after')
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM dependencies').pluck();
  return {
    insert: (task, after) => void insert.run(task, after),
    replace(task, after) {
      clear.run(task);
      for (const other of after) insert.run(task, other);
    },
    skippable: (limit) => skippable.all(limit),
    blockedBy: (after) => blockedBy.all(after),
    of: (task) => of.all(task),
    count: () => count.get() ?? 0,
  };
}
