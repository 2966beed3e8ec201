/** Recurring tasks as they stand: a few dozen rows. */
import { Recurring } from '../../../shared/domain/recurring.ts';
import { recurringNumberOf, type RecurringId } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import type { Audited } from './stamped.ts';

export interface RecurringTable {
  put(recurring: Recurring, seq: number): void;
  remove(id: RecurringId): void;
  /** In order of number. */
  all(): Recurring[];
  /** For checks: every row. */
  audit(): Audited<Recurring>[];
}

export function recurringTable(db: Db): RecurringTable {
  const put = db.prepare<[number, number, string]>(
    `INSERT INTO recurring (number, seq, doc) VALUES (?, ?, ?)
     ON CONFLICT (number) DO UPDATE SET seq = excluded.seq, doc = excluded.doc`,
  );
  const remove = db.prepare<[number]>('DELETE FROM recurring WHERE number = ?');
  const all = db.prepare<[], { number: number; seq: number; doc: string }>(
    'SELECT number, seq, doc FROM recurring ORDER BY number',
  );
  const audit = (): Audited<Recurring>[] =>
    all.all().map(({ number, seq, doc }) => {
      const value = readDoc(Recurring, doc, db.name, `recurring task ${number}`);
      return { value, seq, sound: recurringNumberOf(value.id) === number };
    });
  return {
    put: (recurring, seq) =>
      void put.run(recurringNumberOf(recurring.id), seq, JSON.stringify(recurring)),
    remove: (id) => void remove.run(recurringNumberOf(id)),
    all: () => audit().map(({ value }) => value),
    audit,
  };
}
