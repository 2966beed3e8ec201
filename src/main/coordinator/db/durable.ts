/** Puts databases and names on disk for good. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { openSqlite } from './sqlite.ts';

/** Takes what the write-ahead log holds into the file, and puts it on disk: it can be moved, and opened by readers, alone. */
export function asOneFile(file: string): void {
  const db = openSqlite(file, { fileMustExist: true });
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
