/** The one row of the workshop: the head of the log, counters, switches. */
import { Workshop } from '../../../shared/domain/state.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import { damaged, StorageError } from './problem.ts';

export interface Head {
  /** Sequence number and hash of the newest event; 0 and zeros before the first. */
  readonly seq: number;
  readonly hash: Buffer;
  readonly workshop: Workshop;
}

export interface WorkshopTable {
  get(): Head;
  set(head: Head): void;
}

export function workshopTable(db: Db): WorkshopTable {
  const get = db.prepare<[], { seq: number; hash: Buffer; doc: string }>(
    'SELECT seq, hash, doc FROM workshop',
  );
  const set = db.prepare<[number, Buffer, string]>(
    'UPDATE workshop SET seq = ?, hash = ?, doc = ?',
  );
  return {
    get() {
      const row = get.get();
      if (!row) throw new StorageError(damaged(db.name, 'the row of the workshop is missing'));
      return {
        seq: row.seq,
        hash: row.hash,
        workshop: readDoc(Workshop, row.doc, db.name, 'the row of the workshop'),
      };
    },
    set: ({ seq, hash, workshop }) => void set.run(seq, hash, JSON.stringify(workshop)),
  };
}
