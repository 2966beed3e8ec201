/** The one row of the workshop: the head of the log, counters, switches. */
import { z } from 'zod';
import { Workshop } from '../../../shared/domain/state.ts';
import { TaskState } from '../../../shared/domain/task.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import { damaged, StorageError } from './problem.ts';

export interface Head {
  /** Sequence number and hash of the newest event; 0 and zeros before the first; hexadecimal digits. */
  readonly seq: number;
  readonly hash: string;
  readonly workshop: Workshop;
  /** Tasks per state, kept so that nobody has to count them. */
  readonly counts: Readonly<Record<TaskState, number>>;
}

export interface WorkshopTable {
  get(): Head;
  set(head: Head): void;
  /** Writes the row as it stands: shows whether anything can be written. */
  touch(): void;
  /** Tasks per state, counted anew, for checks. */
  recount(): Record<TaskState, number>;
}

const Counts = z.record(TaskState, z.int().min(0));

export function workshopTable(db: Db): WorkshopTable {
  type Row = { seq: number; hash: string; doc: string; counts: string };
  const get = db.prepare<[], Row>(
    'SELECT seq, lower(hex(hash)) AS hash, doc, counts FROM workshop',
  );
  const set = db.prepare<[number, string, string, string]>(
    'UPDATE workshop SET seq = ?, hash = unhex(?), doc = ?, counts = ?',
  );
  const touch = db.prepare<[]>('UPDATE workshop SET seq = seq');
  const recount = db.prepare<[], { state: TaskState; count: number }>(
    'SELECT state, count(*) AS count FROM tasks GROUP BY state',
  );
  const what = 'the row of the workshop';
  return {
    get() {
      const row = get.get();
      if (!row) throw new StorageError(damaged(db.name, `${what} is missing`));
      const workshop = readDoc(Workshop, row.doc, db.name, what);
      const counts = readDoc(Counts, row.counts, db.name, what);
      return { seq: row.seq, hash: row.hash, workshop, counts };
    },
    set: ({ seq, hash, workshop, counts }) =>
      void set.run(seq, hash, JSON.stringify(workshop), JSON.stringify(counts)),
    touch: () => void touch.run(),
    recount: () => {
      const counts = { ...NO_TASKS };
      for (const { state, count } of recount.all()) counts[state] = count;
      return counts;
    },
  };
}

const NO_TASKS: Readonly<Record<TaskState, number>> = {
  scheduled: 0,
  blocked: 0,
  pending: 0,
  analyzing: 0,
  queued: 0,
  assigned: 0,
  in_progress: 0,
  testing: 0,
  review: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
};
