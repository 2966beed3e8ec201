/**
 * The check at every start: does the end of the log hold together, and do the tables stand where it ends? Its cost does not
 * grow with the log. `verify.ts` checks all of it.
 */
import type { EventRow } from '../db/events.ts';
import { damaged, StorageError } from '../db/problem.ts';
import type { Tables } from '../db/tables.ts';
import { chainHash, FIRST_HASH } from './chain.ts';

const NEWEST = 1_000;

/** Throws a StorageError that names the first thing that is wrong. */
export function checkEnd(tables: Tables, file: string): void {
  const wrong = (what: string): never => {
    throw new StorageError(damaged(file, what));
  };
  const head = tables.workshop.get();
  const last = tables.events.last()?.seq ?? 0;
  if (last !== head.seq)
    wrong(`the log ends with event ${last}, but the tables stand at event ${head.seq}`);
  const start = Math.max(0, head.seq - NEWEST);
  const [before] = start === 0 ? [] : tables.events.rowsAfter(start - 1, 1);
  let previous = before?.hash ?? FIRST_HASH;
  let seq = start;
  for (const row of tables.events.rowsAfter(start, NEWEST)) {
    seq += 1;
    if (row.seq !== seq) wrong(`event ${seq} is missing`);
    if (!isLinked(row, previous))
      wrong(`event ${seq} is not what was written: its hash does not fit`);
    if (row.task !== null && row.type.startsWith('task.')) checkTask(row, row.task);
    previous = row.hash;
  }
  if (head.hash !== previous)
    wrong(`the hash of event ${head.seq} is not the one the tables stand at`);

  function checkTask(row: EventRow, task: number): void {
    const at = tables.tasks.seqOf(task);
    if (at === undefined) wrong(`task ${task} is missing, though event ${row.seq} is about it`);
    else if (at < row.seq)
      wrong(`task ${task} stands at event ${at}, though event ${row.seq} changed it`);
    else if (at > head.seq) wrong(`task ${task} stands at event ${at}, which is not in the log`);
  }
}

/** Does the hash of the row follow from its contents and the hash before it? */
export function isLinked(row: EventRow, previous: string): boolean {
  return row.hash === chainHash(previous, row.seq, row.at, row.actor, row.body);
}
