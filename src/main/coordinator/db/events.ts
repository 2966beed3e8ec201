/** The log: one row per event, appended and never changed. */
import { Event, type StoredEvent } from '../../../shared/domain/event.ts';
import { readDoc } from './doc.ts';
import type { Database as Db } from 'better-sqlite3';
import { rowWriter } from './rows.ts';

export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly task: number | null;
  /** The event as JSON: exactly these bytes are in the hash. */
  readonly body: string;
  /** Hexadecimal digits. */
  readonly hash: string;
}

export interface EventTable {
  append(rows: Iterable<EventRow>): void;
  /** Rows as they stand, for checks. */
  rowsAfter(seq: number, limit: number): EventRow[];
  /** The newest row. */
  last(): EventRow | undefined;
  after(seq: number, limit: number): StoredEvent[];
  ofTask(task: number, after: number, limit: number): StoredEvent[];
  /** The number of the newest event about a task. */
  lastOf(task: number): number | null;
}

const COLUMNS = 'seq, at, actor, type, task, body, lower(hex(hash)) AS hash';

export function eventTable(db: Db): EventTable {
  const append = rowWriter<EventRow>(
    db,
    {
      before: 'INSERT INTO events (seq, at, actor, type, task, body, hash) VALUES',
      row: '(?, ?, ?, ?, ?, ?, unhex(?))',
    },
    (values, { seq, at, actor, type, task, body, hash }) =>
      values.push(seq, at, actor, type, task, body, hash),
  );
  const rowsAfter = db.prepare<[number, number], EventRow>(
    `SELECT ${COLUMNS} FROM events WHERE seq > +? ORDER BY seq LIMIT 0 + ?`,
  );
  const last = db.prepare<[], EventRow>(`SELECT ${COLUMNS} FROM events ORDER BY seq DESC LIMIT 1`);
  const ofTask = db.prepare<[number, number, number], EventRow>(
    `SELECT ${COLUMNS} FROM events WHERE task = +? AND seq > +? ORDER BY seq LIMIT 0 + ?`,
  );
  const lastOf = db
    .prepare<[number], number | null>('SELECT max(seq) FROM events WHERE task = +?')
    .pluck();
  const stored = (row: EventRow): StoredEvent => storedEvent(row, db.name);
  return {
    append,
    rowsAfter: (seq, limit) => rowsAfter.all(seq, limit),
    last: () => last.get(),
    after: (seq, limit) => rowsAfter.all(seq, limit).map(stored),
    lastOf: (task) => lastOf.get(task) ?? null,
    ofTask: (task, after, limit) => ofTask.all(task, after, limit).map(stored),
  };
}

/** Reads a row; throws a StorageError that names it when it does not read. */
export function storedEvent({ seq, at, actor, body }: EventRow, file: string): StoredEvent {
  return { seq, at, actor, event: readDoc(Event, body, file, `event ${seq}`) };
}
