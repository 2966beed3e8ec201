/**
 * Requests to models, one row each. Written with the events they come from. Only tasks and time have an index; every other
 * search walks backwards, a slice per call, so that no request to a model pays for questions that are seldom asked.
 */
import type { Database as Db } from 'better-sqlite3';
import { callOf, CallRecord } from '../../../shared/domain/call.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { State } from '../../../shared/domain/state.ts';
import { attemptIdOf, taskIdOf, taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { MICROS, type Amounts, AMOUNTS } from '../../../shared/usage.ts';
import { damaged, StorageError } from './problem.ts';
import { foldLog } from './fold.ts';
import { rowWriter } from './rows.ts';

/** Rows looked at in one call. */
const SLICE = 20_000;
const HOUR_MS = 3_600_000;

export interface CallFilter {
  readonly task?: TaskId | undefined;
  readonly agent?: string | undefined;
  readonly account?: string | undefined;
  readonly engine?: string | undefined;
  readonly repo?: string | undefined;
  /** Only those that went wrong. */
  readonly trouble?: boolean | undefined;
}

export interface CallPage {
  readonly found: readonly CallRecord[];
  /** Where the next call goes on; `null`: that was all. */
  readonly nextBefore: number | null;
}

/** Of all requests of one task. */
export interface CallSum {
  readonly calls: number;
  readonly troubles: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  /** Of those that have a price; `null`: none has. */
  readonly costUsd: number | null;
  /** How long they waited for their turn, and took in all. */
  readonly waitMs: number;
  readonly ms: number;
}

export interface CallTable {
  add(calls: readonly CallRecord[]): void;
  /** For checks. */
  get(seq: number): CallRecord | undefined;
  count(): number;
  /** Those with numbers below `before` that fit, newest first. */
  page(filter: CallFilter, range: { before?: number | undefined; limit: number }): CallPage;
  ofTask(id: TaskId): CallSum;
  /** Sums of the hours in `[from, to)` by account, in the order of `AMOUNTS`; those that calls do not have are 0. */
  sums(from: number, to: number): [name: string, ...amounts: number[]][];
}

const COLUMNS = [
  'seq',
  'at',
  'task',
  'ordinal',
  'agent',
  'repo',
  'engine',
  'account',
  'provider',
  'model',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'costUsd',
  'status',
  'waitMs',
  'firstByteMs',
  'ms',
  'trouble',
] as const;

type CallRow = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

const SUMMED: Partial<Record<keyof Amounts, string>> = {
  inputTokens: 'sum(inputTokens)',
  outputTokens: 'sum(outputTokens)',
  cachedInputTokens: 'sum(cachedInputTokens)',
  costMicros: `CAST(sum(round(coalesce(costUsd, 0) * ${MICROS})) AS INTEGER)`,
};

export function callTable(db: Db, slice = SLICE): CallTable {
  const write = rowWriter<CallRecord>(
    db,
    {
      before: `INSERT INTO model_calls (${COLUMNS.join(', ')}) VALUES`,
      row: `(${COLUMNS.map(() => '?').join(', ')})`,
    },
    (values, record) => {
      const row = rowOf(record);
      values.push(...COLUMNS.map((name) => row[name]));
    },
  );
  const one = db.prepare<[number], CallRow>('SELECT * FROM model_calls WHERE seq = ?');
  const counted = db.prepare<[], number>('SELECT count(*) FROM model_calls').pluck();
  const sums = db
    .prepare<[number, number], [name: string, ...amounts: number[]]>(
      `SELECT coalesce(account, '') AS name, ${AMOUNTS.map((name) => SUMMED[name] ?? '0').join(', ')}
       FROM model_calls WHERE at >= ? AND at < ? GROUP BY name`,
    )
    .raw();
  const total = db.prepare<[number], CallSum>(
    `SELECT count(*) AS calls, count(trouble) AS troubles,
       total(inputTokens) AS inputTokens, total(outputTokens) AS outputTokens,
       total(cachedInputTokens) AS cachedInputTokens, sum(costUsd) AS costUsd,
       total(waitMs) AS waitMs, total(ms) AS ms
     FROM model_calls WHERE task = ?`,
  );
  const read = (row: CallRow): CallRecord => recordOf(row, db.name);
  return {
    add: write,
    get(seq) {
      const row = one.get(seq);
      return row && read(row);
    },
    count: () => counted.get() ?? 0,
    page: pages(db, slice, read),
    ofTask: (id) => {
      const found = total.get(taskNumberOf(id));
      if (!found) throw new Error('a sum has one row');
      return found;
    },
    sums: (from, to) => sums.all(from * HOUR_MS, to * HOUR_MS),
  };
}

const WHERE = `(:task IS NULL OR task = :task) AND (:agent IS NULL OR agent = :agent)
  AND (:account IS NULL OR account = :account) AND (:engine IS NULL OR engine = :engine)
  AND (:repo IS NULL OR repo = :repo) AND (:trouble = 0 OR trouble IS NOT NULL)`;

/** Finds in slices: a filter that fits nothing costs no more than one that fits all. */
function pages(db: Db, slice: number, read: (row: CallRow) => CallRecord): CallTable['page'] {
  // `+seq`: the index of the task is to be used, and no walk through the whole table.
  const ofTask = db.prepare<object, CallRow>(
    `SELECT * FROM model_calls WHERE task = :task AND seq < :before AND ${WHERE} ORDER BY seq DESC LIMIT :limit`,
  );
  const between = db.prepare<object, CallRow>(
    `SELECT * FROM model_calls WHERE seq < :before AND seq > :after AND ${WHERE} ORDER BY seq DESC LIMIT :limit`,
  );
  const floor = db
    .prepare<[number, number], number>(
      'SELECT seq FROM model_calls WHERE seq < ? ORDER BY seq DESC LIMIT 1 OFFSET ?',
    )
    .pluck();
  return (filter, { before = Number.MAX_SAFE_INTEGER, limit }) => {
    const task = filter.task === undefined ? null : taskNumberOf(filter.task);
    const { agent = null, account = null, engine = null, repo = null, trouble = false } = filter;
    const asked = { task, agent, account, engine, repo, trouble: trouble ? 1 : 0, before, limit };
    const after = task === null ? (floor.get(before, slice) ?? 0) : 0;
    const rows = task === null ? between.all({ ...asked, after }) : ofTask.all(asked);
    const last = rows.at(-1);
    const full = rows.length === limit && last !== undefined;
    const end = after > 0 ? after + 1 : null;
    return { found: rows.map(read), nextBefore: full ? Number(last.seq) : end };
  };
}

/** Writes what the whole log says into the empty table. */
export function fillCalls(db: Db): void {
  const table = callTable(db);
  foldLog(db, (state: State, stored: StoredEvent) => {
    const call = callOf(state, stored);
    if (call) table.add([call]);
  });
}

function rowOf({ taskId, attemptId, agentId, call, ...rest }: CallRecord): CallRow {
  const { usage, accountId, ...more } = call;
  return {
    ...rest,
    ...more,
    ...usage,
    task: taskNumberOf(taskId),
    ordinal: Number(attemptId.slice(attemptId.indexOf('.') + 1)),
    agent: agentId,
    account: accountId,
  };
}

function recordOf(row: CallRow, file: string): CallRecord {
  const taskId = taskIdOf(Number(row.task));
  const read = CallRecord.safeParse({
    ...{ seq: row.seq, at: row.at, taskId, agentId: row.agent },
    attemptId: attemptIdOf(taskId, Number(row.ordinal)),
    ...{ repo: row.repo, engine: row.engine },
    call: {
      ...{ accountId: row.account, provider: row.provider, model: row.model },
      usage: {
        ...{ inputTokens: row.inputTokens, outputTokens: row.outputTokens },
        ...{ cachedInputTokens: row.cachedInputTokens, costUsd: row.costUsd },
      },
      ...{ status: row.status, waitMs: row.waitMs, firstByteMs: row.firstByteMs },
      ...{ ms: row.ms, trouble: row.trouble },
    },
  });
  if (read.success) return read.data;
  throw new StorageError(damaged(file, `the model call of event ${String(row.seq)} does not read`));
}
