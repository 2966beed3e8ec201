/** Tasks as they stand, and what of them is searched: state, place in the queue, time, title. */
import { demandKey, demandOf } from '../../../shared/domain/demand.ts';
import { rankOf } from '../../../shared/domain/rank.ts';
import { isEnd, Task, TASK_STATES, type TaskState } from '../../../shared/domain/task.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import { rowWriter } from './rows.ts';

export interface TaskTable extends Lists {
  /** Inserts or replaces. */
  put(tasks: Iterable<Stamped<Task>>): void;
  get(number: number): Task | undefined;
  /** The event that changed the row last. */
  seqOf(number: number): number | undefined;
  /** How many rows there are, for checks. */
  count(): number;
}

export function taskTable(db: Db): TaskTable {
  const get = db.prepare<[number], string>('SELECT doc FROM tasks WHERE number = ?').pluck();
  const seqOf = db.prepare<[number], number>('SELECT seq FROM tasks WHERE number = ?').pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM tasks').pluck();
  return {
    put: taskWriter(db),
    ...lists(db),
    get: (number) => {
      const doc = get.get(number);
      return doc === undefined ? undefined : readDoc(Task, doc, db.name, `task ${number}`);
    },
    seqOf: (number) => seqOf.get(number),
    count: () => count.get() ?? 0,
  };
}

/** A value, and the event that made it. */
export interface Stamped<T> {
  readonly value: T;
  readonly seq: number;
}

const COLUMNS = [
  'seq',
  'state',
  'demand',
  'rank',
  'due_at',
  'updated_at',
  'specialty',
  'repo',
  'title',
  'doc',
];

function taskWriter(db: Db): TaskTable['put'] {
  return rowWriter<Stamped<Task>>(
    db,
    {
      before: `INSERT INTO tasks (number, ${COLUMNS.join(', ')}) VALUES`,
      row: `(?, ${COLUMNS.map(() => '?').join(', ')})`,
      after: `ON CONFLICT (number) DO UPDATE SET ${COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    },
    (values, { value: task, seq }) => {
      const { id, state, queuedAt, updatedAt, specialty, repo, title } = task;
      // Only what waits in the queue has a place in a line.
      const queued = state === 'queued' && queuedAt !== null;
      const demand = queued ? demandKey(demandOf(task)) : null;
      const rank = queued ? rankOf(task.priority, queuedAt) : null;
      const due = dueAt(task);
      const doc = JSON.stringify(task);
      values.push(
        taskNumberOf(id),
        seq,
        state,
        demand,
        rank,
        due,
        updatedAt,
        specialty,
        repo.url,
        title,
        doc,
      );
    },
  );
}

/** When something happens to the task by itself (epoch ms). */
function dueAt(task: Task): number | null {
  if (task.state === 'scheduled' || task.state === 'blocked') return task.at;
  return task.state === 'failed' ? (task.failure?.retryAt ?? null) : null;
}

/** Lists of task numbers. */
interface Lists {
  /** Below `before`, newest first; of one state if given; whose titles contain all `words`. */
  list(query: TaskList): number[];
  /** Lowest number first. */
  inState(state: TaskState, limit: number): number[];
  /** Of the states that are no end, newest first. */
  newestLive(limit: number): number[];
  /** Of those that ended, the latest to end first. */
  latestEnded(limit: number): number[];
}

interface TaskList {
  readonly limit: number;
  readonly before: number;
  readonly state?: TaskState | undefined;
  readonly words: readonly string[];
}

const LIVE = TASK_STATES.filter((state) => !isEnd(state));

function lists(db: Db): Lists {
  type Page = [state: string, limit: number];
  const inState = db.prepare<Page, number>(
    'SELECT number FROM tasks WHERE state = ? ORDER BY number LIMIT ?',
  );
  const newestInState = db.prepare<Page, number>(
    'SELECT number FROM tasks WHERE state = ? ORDER BY number DESC LIMIT ?',
  );
  const latestEnded = db.prepare<[number], number>(
    `SELECT number FROM tasks WHERE state IN ('completed', 'cancelled')
     ORDER BY updated_at DESC, number DESC LIMIT ?`,
  );
  for (const statement of [inState, newestInState, latestEnded]) statement.pluck();
  return {
    list: (query) => list(db, query),
    inState: (state, limit) => inState.all(state, limit),
    // One short walk per state over its index, instead of one past all tasks that ever ended.
    newestLive: (limit) =>
      LIVE.flatMap((state) => newestInState.all(state, limit))
        .toSorted((a, b) => b - a)
        .slice(0, limit),
    latestEnded: (limit) => latestEnded.all(limit),
  };
}

function list(db: Db, { limit, before, state, words }: TaskList): number[] {
  const conditions = ['number < ?'];
  const values: (string | number)[] = [before];
  if (state !== undefined) {
    conditions.push('state = ?');
    values.push(state);
  }
  for (const word of words) {
    conditions.push(String.raw`title LIKE ? ESCAPE '\'`);
    values.push(`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  }
  const where = conditions.join(' AND ');
  return db
    .prepare<unknown[], number>(
      `SELECT number FROM tasks WHERE ${where} ORDER BY number DESC LIMIT ?`,
    )
    .pluck()
    .all(...values, limit);
}
