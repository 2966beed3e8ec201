/**
 * What of GitHub is kept to ask it less: `<data>/github/cache.db`. Nothing here is the only copy of anything, so a damaged file
 * is thrown away and made anew. Opened when it is first needed: a workshop without GitHub has none.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Db } from '../../../db/open.ts';
import { isSqliteError, openSqlite } from '../../../db/sqlite.ts';

export interface GitHubCache {
  /** The database with all tables of `SCHEMA`. @throws when the disk fails */
  db(): Db;
  /** What was kept under a key; `undefined`: nothing. */
  get(space: string, key: string): string | undefined;
  set(space: string, key: string, value: string): void;
  delete(space: string, key: string): void;
  /** All that is kept in a space, oldest first. */
  entries(space: string): readonly (readonly [key: string, value: string])[];
  close(): void;
}

/** A change of any table gets a new number; what an older program kept is then thrown away. */
const VERSION = 2;
const SCHEMA = `
  CREATE TABLE etags (
    key TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    status INTEGER NOT NULL,
    link TEXT,
    body TEXT NOT NULL,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX etags_by_use ON etags (used, size);
  CREATE TABLE entries (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (space, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entries_by_age ON entries (n);
  CREATE TABLE deliveries (id BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_by_age ON deliveries (at);
  CREATE TABLE dirty (key TEXT PRIMARY KEY, origin TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** @param file `<data>/github/cache.db` */
export function openCache(file: string): GitHubCache {
  let open: Db | undefined;
  const db = (): Db => (open ??= openOrRemake(file));
  return {
    db,
    get(space, key) {
      return db()
        .prepare<[string, string], string>('SELECT value FROM entries WHERE space = ? AND key = ?')
        .pluck()
        .get(space, key);
    },
    set(space, key, value) {
      db()
        .prepare(
          `INSERT INTO entries (space, key, value, n)
           VALUES (?, ?, ?, (SELECT coalesce(max(n), 0) + 1 FROM entries))
           ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, n = excluded.n`,
        )
        .run(space, key, value);
    },
    delete(space, key) {
      db().prepare('DELETE FROM entries WHERE space = ? AND key = ?').run(space, key);
    },
    entries(space) {
      return db()
        .prepare<[string], [string, string]>(
          'SELECT key, value FROM entries WHERE space = ? ORDER BY n',
        )
        .raw()
        .all(space);
    },
    close() {
      open?.close();
      open = undefined;
    },
  };
}

function openOrRemake(file: string): Db {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    const db = openAt(file);
    if (db.pragma('user_version', { simple: true }) === VERSION) return db;
    db.close();
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  const db = openAt(file);
  db.exec(SCHEMA);
  db.pragma(`user_version = ${VERSION}`);
  return db;
}

function openAt(file: string): Db {
  const db = openSqlite(file, { timeout: 5_000 });
  db.pragma('journal_mode = WAL');
  // What a power failure takes can be asked again.
  db.pragma('synchronous = OFF');
  db.pragma('trusted_schema = OFF');
  return db;
}
