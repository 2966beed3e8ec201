/**
 * A copy of the whole database as one file, while the original is written to. By SQLite's online backup, some pages per
 * turn of the event loop: `VACUUM INTO` would hold up everybody for as long as it takes. What is committed meanwhile goes
 * into both.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Db } from './open.ts';

/** 2 MB in about 5 ms. */
const PAGES_PER_TURN = 500;

/** @throws an error that `problemOf` knows; the caller removes what there is of `to` */
export async function copyDatabase(from: Db, to: string): Promise<void> {
  await from.backup(to, { progress: () => PAGES_PER_TURN });
  asOneFile(to);
}

/** Takes what the write-ahead log holds into the file, and puts it on disk: it can be moved, and opened by readers, alone. */
export function asOneFile(file: string): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
  syncPath(file);
}

/** Puts a file, or the names in a folder, on disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Windows cannot do this to folders, and to files only when they are open for writing.
    if (process.platform !== 'win32') throw error;
  } finally {
    closeSync(handle);
  }
}
