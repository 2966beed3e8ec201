/** Puts databases, files and names on disk for good. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
export function syncPath(place: string): void {
  const handle = openSync(place, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Windows cannot do this to folders, and to files only when they are open for writing.
    if (process.platform !== 'win32') throw error;
  } finally {
    closeSync(handle);
  }
}

/** Writes a file that is there whole or not at all, whatever loses power. @throws when the disk says no */
export function writeDurably(file: string, text: string, mode: number): void {
  const next = `${file}.new`;
  rmSync(next, { force: true });
  writeFileSync(next, text, { mode, flush: true });
  renameSync(next, file);
  syncPath(path.dirname(file));
}
