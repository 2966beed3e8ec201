/** What can be wrong with the files of the workshop, as values that say what to do; and how SQLite's own errors become them. */
import path from 'node:path';
import { NativeError } from '../../../native/load.ts';
import { isSqliteError } from './sqlite.ts';

export type StorageProblemKind =
  | 'in_use'
  | 'not_a_database'
  | 'damaged'
  | 'newer_schema'
  | 'no_permission'
  | 'disk_full'
  | 'read_only'
  | 'unusable';

export interface StorageProblem {
  readonly kind: StorageProblemKind;
  /** The file or folder it is about. */
  readonly path: string;
  /** What is wrong and what to do, for a person. */
  readonly message: string;
}

/** Carries a problem out of a statement that can only throw. */
export class StorageError extends Error {
  readonly problem: StorageProblem;
  constructor(problem: StorageProblem, options?: ErrorOptions) {
    super(problem.message, options);
    this.name = 'StorageError';
    this.problem = problem;
  }
}

/** A damaged file: `what` names the place and finishes the sentence "FILE is damaged: …". */
export function damaged(file: string, what: string): StorageProblem {
  const advice =
    'Koubou will not touch it. Restore a backup, or move the file away to begin with an empty workshop.';
  return { kind: 'damaged', path: file, message: `${file} is damaged: ${what}. ${advice}` };
}

/** The problem behind an error of SQLite or of the file system; `undefined` for an error of another kind: a bug. */
export function problemOf(error: unknown, file: string): StorageProblem | undefined {
  if (error instanceof StorageError) return error.problem;
  if (error instanceof NativeError) {
    const message = `This machine cannot keep a workshop: ${error.message}. It can still be an agent of one.`;
    return { kind: 'unusable', path: file, message };
  }
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return undefined;
  if (!isSqliteError(error) && !('syscall' in error)) return undefined;
  return problemOfCode(error.code, error.message, file);
}

function problemOfCode(code: string, said: string, file: string): StorageProblem | undefined {
  if (code === 'SQLITE_NOTADB') {
    const message = `${file} is not a database of Koubou, or its first page is damaged. Restore a backup, or move the file away to begin with an empty workshop.`;
    return { kind: 'not_a_database', path: file, message };
  }
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(file, said);
  // SHMSIZE: the shared memory file beside the database could not grow.
  if (
    code === 'SQLITE_FULL' ||
    code === 'SQLITE_IOERR_SHMSIZE' ||
    code === 'ENOSPC' ||
    code === 'EDQUOT'
  ) {
    const message = `There is no space left for ${file}. Free some on the disk of ${path.dirname(file)}; Koubou goes on by itself.`;
    return { kind: 'disk_full', path: file, message };
  }
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') {
    return {
      kind: 'in_use',
      path: file,
      message: `${file} is in use by another program. End it and try again.`,
    };
  }
  if (code === 'EROFS') {
    const message = `${path.dirname(file)} is on a file system that takes no writes. Make it writable again; Koubou goes on by itself.`;
    return { kind: 'read_only', path: file, message };
  }
  if (/^(SQLITE_(READONLY|PERM|CANTOPEN|AUTH)|EACCES$|EPERM$)/.test(code)) {
    const message = `${file} cannot be written (${said}). Check that the folder is yours and writable.`;
    return { kind: 'no_permission', path: file, message };
  }
  if (/^(SQLITE_IOERR|E[A-Z]+$)/.test(code)) {
    return {
      kind: 'unusable',
      path: file,
      message: `${file} cannot be used (${code}: ${said}). Check the disk it is on.`,
    };
  }
  return undefined;
}
