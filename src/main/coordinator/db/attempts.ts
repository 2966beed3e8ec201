/** Attempts as they stand. */
import { Attempt } from '../../../shared/domain/attempt.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import { rowWriter } from './rows.ts';
import type { Stamped } from './tasks.ts';

export interface AttemptTable {
  /** Inserts or replaces. */
  put(attempts: Iterable<Stamped<Attempt>>): void;
  get(task: number, ordinal: number): Attempt | undefined;
  /** Oldest first. */
  ofTask(task: number): Attempt[];
  count(): number;
}

export function attemptTable(db: Db): AttemptTable {
  const put = rowWriter<Stamped<Attempt>>(
    db,
    {
      before: 'INSERT INTO attempts (fence, task, ordinal, seq, agent, state, doc) VALUES',
      row: '(?, ?, ?, ?, ?, ?, ?)',
      after:
        'ON CONFLICT (fence) DO UPDATE SET seq = excluded.seq, state = excluded.state, doc = excluded.doc',
    },
    (values, { value, seq }) => {
      const { fence, taskId, ordinal, agentId, state } = value;
      values.push(fence, taskNumberOf(taskId), ordinal, seq, agentId, state, JSON.stringify(value));
    },
  );
  const get = db
    .prepare<[number, number], string>('SELECT doc FROM attempts WHERE task = ? AND ordinal = ?')
    .pluck();
  const ofTask = db.prepare<[number], { ordinal: number; doc: string }>(
    'SELECT ordinal, doc FROM attempts WHERE task = ? ORDER BY ordinal',
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM attempts').pluck();
  const read = (task: number, ordinal: number, doc: string): Attempt =>
    readDoc(Attempt, doc, db.name, `attempt ${task}.${ordinal}`);
  return {
    put,
    get(task, ordinal) {
      const doc = get.get(task, ordinal);
      return doc === undefined ? undefined : read(task, ordinal, doc);
    },
    ofTask: (task) => ofTask.all(task).map(({ ordinal, doc }) => read(task, ordinal, doc)),
    count: () => count.get() ?? 0,
  };
}
