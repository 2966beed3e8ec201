/** Attempts as they stand. */
import { Attempt } from '../../../shared/domain/attempt.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import { rowWriter } from './rows.ts';
import type { Audited, Stamped } from './stamped.ts';

export interface AttemptTable {
  /** Inserts or replaces. */
  put(attempts: Iterable<Stamped<Attempt>>): void;
  get(task: number, ordinal: number): Attempt | undefined;
  /** Oldest first. */
  ofTask(task: number): Attempt[];
  /** For checks: a whole row. */
  audit(task: number, ordinal: number): Audited<Attempt> | undefined;
  count(): number;
}

interface Row {
  readonly fence: number;
  readonly seq: number;
  readonly agent: string;
  readonly state: string;
  readonly doc: string;
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
  const row = db.prepare<[number, number], Row>(
    'SELECT fence, seq, agent, state, doc FROM attempts WHERE task = ? AND ordinal = ?',
  );
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
    audit(task, ordinal) {
      const found = row.get(task, ordinal);
      if (!found) return undefined;
      const value = read(task, ordinal, found.doc);
      const { fence, agentId, state } = value;
      const sound = found.fence === fence && found.agent === agentId && found.state === state;
      return { value, seq: found.seq, sound };
    },
    ofTask: (task) => ofTask.all(task).map(({ ordinal, doc }) => read(task, ordinal, doc)),
    count: () => count.get() ?? 0,
  };
}
