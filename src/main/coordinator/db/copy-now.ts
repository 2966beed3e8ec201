/** A copy of an open database, made at once: for the moment before it is brought forward, when nobody works on it yet. */
import { damaged, StorageError } from './problem.ts';
import type { Db } from './open.ts';

/** Where the log of the copy ends. `to` must not be there; the caller removes it after a failure. */
export function copyNow(db: Db, to: string): { readonly seq: number; readonly hash: string } {
  const head = db
    .prepare<[], { seq: number; hash: string }>(
      'SELECT seq, lower(hex(hash)) AS hash FROM workshop',
    )
    .get();
  if (!head) throw new StorageError(damaged(db.name, 'the row of the workshop is missing'));
  db.prepare('VACUUM INTO ?').run(to);
  return head;
}
