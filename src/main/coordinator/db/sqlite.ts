/** SQLite, loaded when it is first needed: the same program is an agent on machines that are too old for it. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { loadNative } from '../../../native/load.ts';

const Library = z.custom<typeof Database>((value) => typeof value === 'function');

/**
 * A statement that is run often says `= +?` and `LIMIT 0 + ?`. Where the planner might weigh a bare parameter (against a partial
 * index, a join or a limit), SQLite prepares the statement anew each time it is bound, which costs more than to run it.
 *
 * @throws NativeError when this machine cannot load it, with a sentence for people
 */
export function openSqlite(file: string, options?: Database.Options): Database.Database {
  const Sqlite = Library.parse(loadNative('better-sqlite3').exports);
  return new Sqlite(file, options);
}

/** What `require` takes in another thread. @throws NativeError */
export function sqliteLibrary(): string {
  return loadNative('better-sqlite3').entry;
}

/** An error of SQLite itself. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && error.name === 'SqliteError';
}
