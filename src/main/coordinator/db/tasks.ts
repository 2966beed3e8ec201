/** Tasks as they stand, and what of them is searched: state, place in the queue, time, title. */
import { demandKey, demandOf } from '../../../shared/domain/demand.ts';
import { rankOf } from '../../../shared/domain/rank.ts';
import { isEnd, Task, TASK_STATES, type TaskState } from '../../../shared/domain/task.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';

export interface TaskTable {
  insert(task: Task, seq: number): void;
  /** `before`: the task as the table has it. */
  update(task: Task, seq: number, before: Task): void;
  get(number: number): Task | undefined;
  /** The event that changed the row last. */
  seqOf(number: number): number | undefined;
  /** Numbers below `before`, newest first; of one state if given; whose titles contain all `words`. */
  list(query: {
    limit: number;
    before: number;
    state?: TaskState | undefined;
    words: readonly string[];
  }): number[];
  /** Lowest number first. */
  inState(state: TaskState, limit: number): number[];
  /** Of the states that are no end, newest first. */
  newestLive(limit: number): number[];
  /** Of those that ended, the latest to end first. */
  latestEnded(limit: number): number[];
  /** How many rows there are, for checks. */
  count(): number;
}

const LIVE = TASK_STATES.filter((state) => !isEnd(state));

export function taskTable(db: Db): TaskTable {
  const write = writers(db);
  const get = db.prepare<[number], string>('SELECT doc FROM tasks WHERE number = ?').pluck();
  const seqOf = db.prepare<[number], number>('SELECT seq FROM tasks WHERE number = ?').pluck();
  const inState = db
    .prepare<[string, number], number>(
      'SELECT number FROM tasks WHERE state = ? ORDER BY number LIMIT ?',
    )
    .pluck();
  const newestInState = db
    .prepare<[string, number], number>(
      'SELECT number FROM tasks WHERE state = ? ORDER BY number DESC LIMIT ?',
    )
    .pluck();
  const latestEnded = db
    .prepare<[number], number>(
      `SELECT number FROM tasks WHERE state IN ('completed', 'cancelled') ORDER BY updated_at DESC, number DESC LIMIT ?`,
    )
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM tasks').pluck();
  return {
    ...write,
    get: (number) => {
      const doc = get.get(number);
      return doc === undefined ? undefined : readDoc(Task, doc, db.name, `task ${number}`);
    },
    seqOf: (number) => seqOf.get(number),
    list: lister(db),
    inState: (state, limit) => inState.all(state, limit),
    // One short walk per state over its index, instead of one past all tasks that ever ended.
    newestLive: (limit) =>
      LIVE.flatMap((state) => newestInState.all(state, limit))
        .toSorted((a, b) => b - a)
        .slice(0, limit),
    latestEnded: (limit) => latestEnded.all(limit),
    count: () => count.get() ?? 0,
  };
}

function writers(db: Db): Pick<TaskTable, 'insert' | 'update'> {
  type Nullable<T> = T | null;
  type All = [
    number,
    string,
    Nullable<string>,
    Nullable<number>,
    Nullable<number>,
    number,
    Nullable<string>,
    string,
    string,
    string,
    number,
  ];
  const insert = db.prepare<All>(
    `INSERT INTO tasks (seq, state, demand, rank, due_at, updated_at, specialty, repo, title, doc, number)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare<All>(
    `UPDATE tasks SET seq = ?, state = ?, demand = ?, rank = ?, due_at = ?, updated_at = ?, specialty = ?, repo = ?, title = ?, doc = ?
     WHERE number = ?`,
  );
  // A column that is set costs its indexes a delete and an insert, even when its value stays.
  const updateInPlace = db.prepare<[number, number, string, string, number]>(
    'UPDATE tasks SET seq = ?, updated_at = ?, title = ?, doc = ? WHERE number = ?',
  );
  const bind = (task: Task, seq: number): All => {
    const { state, queuedAt, updatedAt, specialty, repo, title } = task;
    const queued = state === 'queued' && queuedAt !== null;
    const demand = queued ? demandKey(demandOf(task)) : null;
    const rank = queued ? rankOf(task.priority, queuedAt) : null;
    return [
      seq,
      state,
      demand,
      rank,
      dueAt(task),
      updatedAt,
      specialty,
      repo.url,
      title,
      JSON.stringify(task),
      taskNumberOf(task.id),
    ];
  };
  return {
    insert: (task, seq) => void insert.run(...bind(task, seq)),
    update(task, seq, before) {
      const still =
        task.state === before.state &&
        task.priority === before.priority &&
        task.queuedAt === before.queuedAt &&
        task.specialty === before.specialty &&
        dueAt(task) === dueAt(before);
      if (still)
        updateInPlace.run(
          seq,
          task.updatedAt,
          task.title,
          JSON.stringify(task),
          taskNumberOf(task.id),
        );
      else update.run(...bind(task, seq));
    },
  };
}

/** When something happens to the task by itself (epoch ms). */
function dueAt(task: Task): number | null {
  if (task.state === 'scheduled' || task.state === 'blocked') return task.at;
  return task.state === 'failed' ? (task.failure?.retryAt ?? null) : null;
}

function lister(db: Db): TaskTable['list'] {
  const all = db
    .prepare<[number, number], number>(
      'SELECT number FROM tasks WHERE number < ? ORDER BY number DESC LIMIT ?',
    )
    .pluck();
  const ofState = db
    .prepare<[string, number, number], number>(
      'SELECT number FROM tasks WHERE state = ? AND number < ? ORDER BY number DESC LIMIT ?',
    )
    .pluck();
  return ({ limit, before, state, words }) => {
    if (words.length === 0)
      return state === undefined ? all.all(before, limit) : ofState.all(state, before, limit);
    const conditions = [
      'number < ?',
      ...(state === undefined ? [] : ['state = ?']),
      ...words.map(() => String.raw`title LIKE ? ESCAPE '\'`),
    ];
    const patterns = words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    return db
      .prepare<unknown[], number>(
        `SELECT number FROM tasks WHERE ${conditions.join(' AND ')} ORDER BY number DESC LIMIT ?`,
      )
      .pluck()
      .all(before, ...(state === undefined ? [] : [state]), ...patterns, limit);
  };
}
