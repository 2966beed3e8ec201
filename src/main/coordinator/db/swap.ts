/**
 * Puts another database in the place of `koubou.db`, all or nothing. The new file lies ready and whole beside it, then a
 * marker is written, and from there on whoever takes the folder's lock next brings the rest to its end before opening
 * anything. So a kill leaves the old state (before the marker) or the new one (after it), never a mixture; above all never
 * the write-ahead log of one with the pages of the other.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { fail, type Result } from '../../../shared/result.ts';
import { syncPath } from './durable.ts';
import { damaged, problemOf, StorageError, type StorageProblem } from './problem.ts';

export const DATABASE_FILE = 'koubou.db';
/** Where the new database is put together; nothing to anybody before the marker is there. */
export const DRAFT_FILE = 'koubou.db.restoring';
const MARKER_FILE = 'restore.json';
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** `aside`: the name that the old database gets. */
const Marker = z.strictObject({ aside: z.string().regex(/^koubou\.db\.before-restore-[\w-]+$/) });

/** Is there a database in the folder, if only in the middle of a swap? */
export function hasDatabase(dir: string): boolean {
  return [DATABASE_FILE, MARKER_FILE].some((name) => existsSync(path.join(dir, name)));
}

/**
 * Replaces `koubou.db` by the draft, which is one file, checked and on disk; the old one is kept as `aside`. The caller
 * holds the lock of the folder and has closed both databases.
 * @param onStep called before each step, by which a test can end the process there
 */
export function swapDatabase(
  dir: string,
  aside: string,
  onStep: (step: string) => void = () => {},
): void {
  onStep('marking');
  const draft = path.join(dir, `${MARKER_FILE}.tmp`);
  writeFileSync(draft, JSON.stringify(Marker.parse({ aside })), { mode: 0o600 });
  syncPath(draft);
  renameSync(draft, path.join(dir, MARKER_FILE));
  syncPath(dir);
  carryOn(dir, onStep);
}

/**
 * Brings a swap that was cut short to its end, removes what a restore left that had not come so far, and then opens.
 * The caller holds the lock of the folder.
 */
export function finishSwap<T>(
  dir: string,
  open: () => Result<T, StorageProblem>,
): Result<T, StorageProblem> {
  try {
    carryOn(dir, () => {});
  } catch (error) {
    const problem = problemOf(error, path.join(dir, MARKER_FILE));
    if (!problem) throw error;
    return fail(problem);
  }
  return open();
}

function carryOn(dir: string, onStep: (step: string) => void): void {
  const at = (name: string): string => path.join(dir, name);
  const aside = readMarker(at(MARKER_FILE));
  if (aside !== undefined && existsSync(at(DRAFT_FILE))) {
    // While the draft is there, what is called koubou.db is the old one.
    for (const side of ['', ...SIDE_FILES]) {
      if (!existsSync(at(DATABASE_FILE + side))) continue;
      onStep(`putting ${DATABASE_FILE}${side} aside`);
      renameSync(at(DATABASE_FILE + side), at(aside + side));
    }
    onStep('putting the new one in place');
    syncPath(dir);
    renameSync(at(DRAFT_FILE), at(DATABASE_FILE));
    syncPath(dir);
  }
  if (aside !== undefined) {
    onStep('removing the marker');
    rmSync(at(MARKER_FILE));
    syncPath(dir);
  }
  for (const name of [DRAFT_FILE, ...SIDE_FILES.map((side) => DRAFT_FILE + side)])
    rmSync(at(name), { force: true });
}

/** The name for the old database; `undefined` when no swap is under way. */
function readMarker(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const marker = Marker.safeParse(value);
  if (marker.success) return marker.data.aside;
  throw new StorageError(damaged(file, 'it does not say which restore is under way'));
}
