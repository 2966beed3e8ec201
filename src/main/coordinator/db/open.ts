/**
 * Opens the one database file of a workshop: settings, schema, and the checks that are cheap enough for every start.
 * A file in which something is wrong is not opened at all.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { migrate, SCHEMA_VERSION } from './migrate.ts';
import { damaged, problemOf, StorageError, type StorageProblem } from './problem.ts';
import { openSqlite } from './sqlite.ts';
import { waysOut } from './versions.ts';

export type Db = Database.Database;

/** "Kobo" in the header tells our file from any other program's. */
const APPLICATION_ID = 0x4b6f626f;
/** How long to wait for a program that reads the file (a backup, say). */
const BUSY_MS = 5_000;
/** Up to this size every page is checked at start: about a tenth of a second. */
const CHECK_WHOLE_BYTES = 32 * 1024 * 1024;
/** Pages in the write-ahead log before they move to the file (16 MB): hot index pages move once for many commits. */
const CHECKPOINT_PAGES = 4_000;
/** Filled only where the file is as large: with 10,000 tasks waiting, a fourth of what a claim and an end take is reading pages again. */
const CACHE_KIB = 64 * 1024;

/** Called with a database before it is brought forward, and its schema; what it throws, keeps it as it is. */
export type BeforeMigration = (db: Db, from: number) => void;

/** Opens `file`, creating or migrating it. The caller holds the lock of the folder and closes the database. */
export function openDatabase(
  file: string,
  beforeMigration: BeforeMigration = () => {},
): Result<Db, StorageProblem> {
  let db: Db | undefined;
  try {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    db = openSqlite(file, { timeout: BUSY_MS });
    // Before the first setting that would change the file: it may be another program's.
    const isNew = identify(db, file);
    configure(db);
    if (isNew) db.pragma(`application_id = ${APPLICATION_ID}`);
    const version = versionOf(db);
    if (!isNew && version < SCHEMA_VERSION) beforeMigration(db, version);
    migrate(db, version);
    checkSchema(db, file);
    if (size <= CHECK_WHOLE_BYTES) checkPages(db, file);
    return ok(db);
  } catch (error) {
    db?.close();
    const problem = problemOf(error, file);
    if (!problem) throw error;
    return fail(problem);
  }
}

/** Opens `file` for reading only, beside the one that writes to it. The caller closes it. */
export function openForReading(file: string): Result<Db, StorageProblem> {
  let db: Db | undefined;
  try {
    db = openSqlite(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    identify(db, file);
    return ok(db);
  } catch (error) {
    db?.close();
    const problem = problemOf(error, file);
    if (!problem) throw error;
    return fail(problem);
  }
}

/** The settings of every connection; the benchmark gives the same ones to its peer. */
export function configure(db: Db): void {
  db.pragma('journal_mode = WAL');
  // FULL: a commit is on disk, not only in the operating system, when it is answered.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma(`cache_size = ${-CACHE_KIB}`);
}

function versionOf(db: Db): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** True for an empty file; throws for one that is not ours to open. */
function identify(db: Db, file: string): boolean {
  const application = db.pragma('application_id', { simple: true });
  const version = versionOf(db);
  if (application === APPLICATION_ID) {
    if (version <= SCHEMA_VERSION) return false;
    const message = `${file} was written by a newer Koubou (schema ${version}; this one knows ${SCHEMA_VERSION}). ${waysOut(path.dirname(file), SCHEMA_VERSION)}`;
    throw new StorageError({ kind: 'newer_schema', path: file, message });
  }
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (application === 0 && version === 0 && tables === 0) return true;
  const message = `${file} is a database of another program. Give another data folder, or move the file away.`;
  throw new StorageError({ kind: 'not_a_database', path: file, message });
}

/** The schema must be, word for word, what the migrations make. */
function checkSchema(db: Db, file: string): void {
  const model = openSqlite(':memory:');
  try {
    migrate(model, 0);
    const expected = schemaOf(model);
    const found = schemaOf(db);
    for (const [name, sql] of expected) {
      if (found.get(name) !== sql)
        throw new StorageError(
          damaged(file, `its ${name} is ${found.has(name) ? 'not what it must be' : 'missing'}`),
        );
    }
    const extra = [...found.keys()].find((name) => !expected.has(name));
    if (extra !== undefined)
      throw new StorageError(damaged(file, `it has a ${extra} that Koubou did not make`));
  } finally {
    model.close();
  }
}

function schemaOf(db: Db): Map<string, string | null> {
  const rows = db
    .prepare<[], { type: string; name: string; sql: string | null }>(
      // Statistics of the query planner come and go.
      `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY rowid`,
    )
    .all();
  return new Map(rows.map(({ type, name, sql }) => [`${type} "${name}"`, sql]));
}

function checkPages(db: Db, file: string): void {
  const verdict = db.prepare<[], string>('PRAGMA quick_check(1)').pluck().get();
  if (verdict !== 'ok')
    throw new StorageError(
      damaged(file, verdict?.replaceAll('\n', ' ') ?? 'it could not be checked'),
    );
}
