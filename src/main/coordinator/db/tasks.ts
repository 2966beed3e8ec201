/** Tasks as they stand, and what of them is searched: state, place in the queue, time, title. */
import { laneKey, laneOf } from '../../../shared/domain/lane.ts';
import { rankOf } from '../../../shared/domain/rank.ts';
import { isEnd, isHeld, Task, TASK_STATES, type TaskState } from '../../../shared/domain/task.ts';
import { taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { readDoc } from './doc.ts';
import type { Db } from './open.ts';
import { rowWriter } from './rows.ts';
import type { Audited, Stamped } from './stamped.ts';

export interface TaskTable extends Lists {
  /** Inserts or replaces. */
  put(tasks: Iterable<Stamped<Task>>): void;
  /** Inserts or replaces the bodies of tasks, which `put` leaves alone. */
  putBodies(bodies: Iterable<readonly [TaskId, string]>): void;
  get(number: number): Task | undefined;
  /** The event that changed the row last. */
  seqOf(number: number): number | undefined;
  /** For checks: a whole row, and whether its columns follow from its document. */
  audit(number: number): Audited<Task> | undefined;
  /** For checks: a number that is none of 1 to `last`. */
  beyond(last: number): number | undefined;
}

const BODY = '(SELECT body FROM bodies WHERE task = number) AS body';

export function taskTable(db: Db): TaskTable {
  const get = db.prepare<[number], { doc: string; body: string | null }>(
    `SELECT doc, ${BODY} FROM tasks WHERE number = +?`,
  );
  const seqOf = db.prepare<[number], number>('SELECT seq FROM tasks WHERE number = +?').pluck();
  const beyond = db
    .prepare<[number], number>('SELECT number FROM tasks WHERE number NOT BETWEEN 1 AND ? LIMIT 1')
    .pluck();
  return {
    put: taskWriter(db),
    putBodies: rowWriter(
      db,
      {
        before: 'INSERT INTO bodies (task, body) VALUES',
        row: '(?, ?)',
        after: 'ON CONFLICT (task) DO UPDATE SET body = excluded.body',
      },
      (values, [id, body]) => values.push(taskNumberOf(id), JSON.stringify(body)),
    ),
    ...lists(db),
    get: (number) => {
      const row = get.get(number);
      return row && readTask(db, number, row);
    },
    seqOf: (number) => seqOf.get(number),
    audit: taskAudit(db),
    beyond: (last) => beyond.get(last),
  };
}

function readTask(
  db: Db,
  number: number,
  { doc, body }: { doc: string; body: string | null },
): Task {
  return readDoc(Task, doc, db.name, `task ${number}`, { body });
}

/** What is searched, in the order of the statements. */
const SEARCHED = [
  'state',
  'lane',
  'rank',
  'due_at',
  'updated_at',
  'specialty',
  'repo',
  'title',
  'origin',
  'batch',
  'workflow',
  'told',
] as const;

type Searched = Record<(typeof SEARCHED)[number], string | number | null>;

function searched(task: Task): Searched {
  const { state, queuedAt, updatedAt, specialty, repo, title, origin, batch, workflow, told } =
    task;
  // Only what waits in the queue has a place in a line.
  const queued = state === 'queued' && queuedAt !== null && told === undefined;
  return {
    state,
    lane: queued ? laneKey(laneOf(task)) : null,
    rank: queued ? rankOf(task.priority, queuedAt) : null,
    due_at: dueAt(task),
    updated_at: updatedAt,
    specialty,
    repo: repo.url,
    title,
    origin: origin?.url ?? null,
    batch,
    workflow: workflow?.id ?? null,
    told: told ?? null,
  };
}

function taskWriter(db: Db): TaskTable['put'] {
  const columns = [...SEARCHED, 'seq', 'doc'];
  return rowWriter<Stamped<Task>>(
    db,
    {
      before: `INSERT INTO tasks (number, ${columns.join(', ')}) VALUES`,
      row: `(?, ${columns.map(() => '?').join(', ')})`,
      after: `ON CONFLICT (number) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    },
    (values, { value: task, seq }) => {
      const at = searched(task);
      values.push(taskNumberOf(task.id));
      for (const name of SEARCHED) values.push(at[name]);
      values.push(seq, JSON.stringify({ ...task, body: undefined }));
    },
  );
}

function taskAudit(db: Db): TaskTable['audit'] {
  const get = db.prepare<[number], Searched & { seq: number; doc: string; body: string | null }>(
    `SELECT seq, doc, ${BODY}, ${SEARCHED.join(', ')} FROM tasks WHERE number = +?`,
  );
  return (number) => {
    const row = get.get(number);
    if (!row) return undefined;
    const value = readTask(db, number, row);
    const expected = searched(value);
    return { value, seq: row.seq, sound: SEARCHED.every((name) => row[name] === expected[name]) };
  };
}

/** When something happens to the task by itself (epoch ms). */
function dueAt(task: Task): number | null {
  // Or whoever leads it elsewhere does it.
  if (task.told !== undefined) return null;
  if (task.state === 'scheduled' || task.state === 'blocked') return task.at;
  return task.state === 'failed' ? (task.failure?.retryAt ?? null) : null;
}

/** Lists of task numbers. */
interface Lists {
  /** Below `before`, newest first; of one state, batch, or workflow if given; whose titles contain all `words`. */
  list(query: TaskList): number[];
  /** Lowest number first, without those that another coordinator leads. */
  inState(state: TaskState, limit: number): number[];
  /** Of the states that are no end: those that are worked on or need somebody before those that wait, each newest first. */
  newestLive(limit: number): number[];
  /** Of those that ended, the latest to end first. */
  latestEnded(limit: number): number[];
  /** Made from the issue at this address, newest first. */
  ofOrigin(url: string): number[];
}

interface TaskList {
  readonly limit: number;
  readonly before: number;
  readonly state?: TaskState | undefined;
  readonly batch?: string | undefined;
  readonly workflow?: string | undefined;
  readonly words: readonly string[];
}

const LIVE = TASK_STATES.filter((state) => !isEnd(state));
const WAITING = LIVE.filter((state) => !isHeld(state) && state !== 'review' && state !== 'failed');
const AWAKE = LIVE.filter((state) => !WAITING.includes(state));

function lists(db: Db): Lists {
  type Page = [state: string, limit: number];
  const inState = db.prepare<Page, number>(
    'SELECT number FROM tasks WHERE state = +? AND told IS NULL ORDER BY number LIMIT 0 + ?',
  );
  const newestInState = db.prepare<Page, number>(
    'SELECT number FROM tasks WHERE state = +? ORDER BY number DESC LIMIT 0 + ?',
  );
  const latestEnded = db.prepare<[number], number>(
    `SELECT number FROM tasks INDEXED BY tasks_ended WHERE state IN ('completed', 'cancelled')
     ORDER BY updated_at DESC, number DESC LIMIT 0 + ?`,
  );
  const ofOrigin = db.prepare<[string], number>(
    'SELECT number FROM tasks INDEXED BY tasks_by_origin WHERE origin = +? ORDER BY number DESC',
  );
  for (const statement of [inState, newestInState, latestEnded, ofOrigin]) statement.pluck();
  return {
    list: (query) => list(db, query),
    inState: (state, limit) => inState.all(state, limit),
    // One short walk per state over its index, instead of one past all tasks that ever ended.
    newestLive(limit) {
      const newest = (states: readonly TaskState[]): number[] =>
        states.flatMap((state) => newestInState.all(state, limit)).toSorted((a, b) => b - a);
      return [...newest(AWAKE), ...newest(WAITING)].slice(0, limit);
    },
    latestEnded: (limit) => latestEnded.all(limit),
    ofOrigin: (url) => ofOrigin.all(url),
  };
}

function list(db: Db, { limit, before, words, ...only }: TaskList): number[] {
  const conditions = ['number < ?'];
  const values: (string | number)[] = [before];
  for (const name of ['state', 'batch', 'workflow'] as const) {
    const value = only[name];
    if (value === undefined) continue;
    conditions.push(`${name} = ?`);
    values.push(value);
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
