/**
 * The little that is read of a database whose schema is newer than this program's: the numbers that were given out, which must
 * not be given out again, and how much a restore over it leaves out. Columns of the first schema only.
 */
import type Database from 'better-sqlite3';
import { problemOf } from './problem.ts';
import { openSqlite } from './sqlite.ts';

export interface NewerData {
  /** The highest numbers. */
  readonly lastTask: number;
  readonly lastFence: number;
  /** The number of the newest attempt of each task that had one. */
  readonly attempts: ReadonlyMap<number, number>;
  eventsAfter(seq: number): number;
}

/** `null`: not even that can be read. */
export function readNewer(file: string): NewerData | null {
  let db: Database.Database | undefined;
  try {
    db = openSqlite(file, { readonly: true, fileMustExist: true });
    const highest = (sql: string): number => Number(db?.prepare(sql).pluck().get() ?? 0);
    const attempts = db
      .prepare<[], { task: number; ordinal: number }>(
        'SELECT task, max(ordinal) AS ordinal FROM attempts GROUP BY task',
      )
      .all();
    const last = highest('SELECT max(seq) FROM events');
    return {
      lastTask: highest('SELECT max(number) FROM tasks'),
      lastFence: highest('SELECT max(fence) FROM attempts'),
      attempts: new Map(attempts.map(({ task, ordinal }) => [task, ordinal])),
      eventsAfter: (seq) => Math.max(0, last - seq),
    };
  } catch (error) {
    if (problemOf(error, file) === undefined && !(error instanceof Error)) throw error;
    return null;
  } finally {
    db?.close();
  }
}
