/** Attempts as they stand. */
import { Attempt } from '../../../shared/domain/attempt.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';

export interface AttemptTable {
  insert(attempt: Attempt, seq: number): void;
  update(attempt: Attempt, seq: number): void;
  get(task: number, ordinal: number): Attempt | undefined;
  /** Oldest first. */
  ofTask(task: number): Attempt[];
  count(): number;
}

export function attemptTable(db: Db): AttemptTable {
  const insert = db.prepare<[number, number, number, string, string, string]>(
    'INSERT INTO attempts (task, ordinal, seq, agent, state, doc) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare<[number, string, string, number, number]>(
    'UPDATE attempts SET seq = ?, state = ?, doc = ? WHERE task = ? AND ordinal = ?',
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
    insert(attempt, seq) {
      const { taskId, ordinal, agentId, state } = attempt;
      insert.run(taskNumberOf(taskId), ordinal, seq, agentId, state, JSON.stringify(attempt));
    },
    update(attempt, seq) {
      const { taskId, ordinal, state } = attempt;
      update.run(seq, state, JSON.stringify(attempt), taskNumberOf(taskId), ordinal);
    },
    get(task, ordinal) {
      const doc = get.get(task, ordinal);
      return doc === undefined ? undefined : read(task, ordinal, doc);
    },
    ofTask: (task) => ofTask.all(task).map(({ ordinal, doc }) => read(task, ordinal, doc)),
    count: () => count.get() ?? 0,
  };
}
