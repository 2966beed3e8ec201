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
  /** Inserts why the agents of new attempts were chosen, which `put` leaves alone. */
  putReasons(attempts: Iterable<Attempt>): void;
  get(task: number, ordinal: number): Attempt | undefined;
  /** Oldest first. */
  ofTask(task: number): Attempt[];
  /** Newest first, of the last LATEST that were begun in the workshop. */
  ofAgent(agent: string, limit: number): Attempt[];
  /** For checks: a whole row. */
  audit(task: number, ordinal: number): Audited<Attempt> | undefined;
  count(): number;
}

interface Row {
  readonly ordinal: number;
  readonly fence: number;
  readonly seq: number;
  readonly agent: string;
  readonly state: string;
  readonly doc: string;
  readonly reasons: string | null;
}

const REASONS =
  '(SELECT reasons FROM placements WHERE placements.fence = attempts.fence) AS reasons';
const SELECT = `SELECT ordinal, fence, seq, agent, state, doc, ${REASONS} FROM attempts WHERE task = +?`;

/**
 * So far back the attempts of one agent are looked for. They are read in the order they were begun: an index by agent
 * would cost something with each attempt, for a list that is seldom looked at.
 */
const LATEST = 20_000;

export function attemptTable(db: Db): AttemptTable {
  const get = db.prepare<[number, number], Row>(`${SELECT} AND ordinal = +?`);
  const ofTask = db.prepare<[number], Row>(`${SELECT} ORDER BY ordinal`);
  const ofAgent = db.prepare<[string, number], Row & { readonly task: number }>(
    `SELECT task, ordinal, fence, seq, agent, state, doc, ${REASONS} FROM attempts
    WHERE fence > (SELECT coalesce(max(fence), 0) FROM attempts) - ${LATEST} AND agent = +?
    ORDER BY fence DESC LIMIT 0 + ?`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM attempts').pluck();
  const read = (task: number, { ordinal, doc, reasons }: Row): Attempt =>
    readDoc(Attempt, doc, db.name, `attempt ${task}.${ordinal}`, { reasons });
  return {
    ...writers(db),
    get(task, ordinal) {
      const row = get.get(task, ordinal);
      return row && read(task, row);
    },
    audit(task, ordinal) {
      const row = get.get(task, ordinal);
      if (!row) return undefined;
      const value = read(task, row);
      const { fence, agentId, state } = value;
      const sound = row.fence === fence && row.agent === agentId && row.state === state;
      return { value, seq: row.seq, sound };
    },
    ofTask: (task) => ofTask.all(task).map((row) => read(task, row)),
    ofAgent: (agent, limit) => ofAgent.all(agent, limit).map((row) => read(row.task, row)),
    count: () => count.get() ?? 0,
  };
}

function writers(db: Db): Pick<AttemptTable, 'put' | 'putReasons'> {
  return {
    put: rowWriter<Stamped<Attempt>>(
      db,
      {
        before: 'INSERT INTO attempts (fence, task, ordinal, seq, agent, state, doc) VALUES',
        row: '(?, ?, ?, ?, ?, ?, ?)',
        after:
          'ON CONFLICT (fence) DO UPDATE SET seq = excluded.seq, state = excluded.state, doc = excluded.doc',
      },
      (values, { value, seq }) => {
        const { fence, taskId, ordinal, agentId, state } = value;
        values.push(fence, taskNumberOf(taskId), ordinal, seq, agentId, state);
        values.push(JSON.stringify({ ...value, reasons: undefined }));
      },
    ),
    putReasons: rowWriter<Attempt>(
      db,
      { before: 'INSERT INTO placements (fence, reasons) VALUES', row: '(?, ?)' },
      (values, { fence, reasons }) => values.push(fence, JSON.stringify(reasons)),
    ),
  };
}
