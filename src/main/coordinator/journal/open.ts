/** Opens the journal of a data folder: lock, database, checks; and builds the port from its parts. */
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { ServeInfo } from '../../../shared/data-dir.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { Task, TaskState } from '../../../shared/domain/task.ts';
import { taskIdOf, taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { lockDataFolder, type DataLock } from '../db/lock.ts';
import { openDatabase, type BeforeMigration, type Db } from '../db/open.ts';
import { DATABASE_FILE, finishSwap } from '../db/swap.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';
import { openTables, type Tables } from '../db/tables.ts';
import { checkEnd } from './check.ts';
import { createCommitter } from './commit.ts';
import { watchHealth } from './health.ts';
import { readCommitted, type Committed } from './committed.ts';
import type { Journal, TaskQuery } from './port.ts';
import { createReceipts } from './receipts.ts';
import { refusing } from './refusal.ts';
import { takeSnapshot } from './snapshot.ts';
import { batchWriter } from './write.ts';

export interface JournalOptions {
  /** The data folder; made when there is none. */
  readonly dir: string;
  readonly clock: Clock;
  /** Calls `run` when the present turn of the event loop is over: Node's `setImmediate`. */
  readonly endOfTurn: (run: () => void) => void;
  /** Called with the database of an older program before it is brought forward. */
  readonly beforeMigration?: BeforeMigration;
}

export interface OpenJournal extends Journal {
  /** For the queue's reads; only the journal writes to it. */
  readonly db: Db;
  /** Tells other programs where the coordinator answers. */
  announce(serving: ServeInfo): void;
}

/** Takes the data folder for this process. `close` gives it back. */
export function openJournal({
  dir,
  clock,
  endOfTurn,
  beforeMigration,
}: JournalOptions): Result<OpenJournal, StorageProblem> {
  const lock = lockDataFolder(dir);
  if (!lock.ok) return lock;
  const file = path.join(dir, DATABASE_FILE);
  const db = finishSwap(dir, () => openDatabase(file, beforeMigration));
  if (!db.ok) {
    lock.value.release();
    return db;
  }
  try {
    const tables = openTables(db.value);
    checkEnd(tables, file);
    return ok(buildJournal(db.value, tables, lock.value, { clock, endOfTurn }));
  } catch (error) {
    db.value.close();
    lock.value.release();
    const problem = problemOf(error, file);
    if (!problem) throw error;
    return fail(problem);
  }
}

function buildJournal(
  db: Db,
  tables: Tables,
  lock: DataLock,
  { clock, endOfTurn }: Pick<JournalOptions, 'clock' | 'endOfTurn'>,
): OpenJournal {
  const state = readCommitted(tables);
  const receipts = createReceipts(tables);
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  const watch = watchHealth({ clock, dir: path.dirname(db.name), touch: tables.workshop.touch });
  const committer = createCommitter({
    state,
    clock,
    receipts,
    write: batchWriter(db, tables, receipts),
    problemOf: (error) => problemOf(error, db.name),
    report: watch.report,
    publish: (events) => {
      for (const listener of listeners) listener(events);
    },
    endOfTurn,
  });
  return {
    db,
    announce: lock.announce,
    submit: committer.submit,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: watch.health,
    onHealth: watch.onHealth,
    answered: (receipt) => receipts.written(receipt),
    ...reader(state, tables, (read) => refusing(db.name, committer.notice, read)),
    close() {
      committer.close();
      watch.close();
      listeners.clear();
      db.close();
      lock.release();
      return Promise.resolve();
    },
  };
}

type Reader = Omit<Journal, 'submit' | 'answered' | 'subscribe' | 'close' | 'health' | 'onHealth'>;
/** Makes a function of one that may meet a damaged row. */
type Guard = <A extends readonly unknown[], R>(read: (...args: A) => R) => (...args: A) => R;

function reader(state: Committed, tables: Tables, guard: Guard): Reader {
  const tasksOf = (numbers: number[]): Task[] =>
    numbers.flatMap((number) => state.task(taskIdOf(number)) ?? []);
  return {
    task: guard(state.task),
    attempt: guard(state.attempt),
    agent: state.agent,
    workshop: state.workshop,
    seq: () => state.seq,
    eventsAfter: guard(tables.events.after),
    taskEvents: guard((id: TaskId, after: number, limit: number) =>
      tables.events.ofTask(taskNumberOf(id), after, limit),
    ),
    tasks: guard(({ limit, before = Number.MAX_SAFE_INTEGER, q = '', ...only }: TaskQuery) => {
      const words = q.split(/\s+/).filter((word) => word !== '');
      return tasksOf(tables.tasks.list({ ...only, limit, before, words }));
    }),
    tasksOf: guard(state.tasksOf),
    attemptsOf: guard(state.attemptsOf),
    attemptsBy: guard(tables.attempts.ofAgent),
    agents: state.agents,
    recurring: state.recurring,
    recurrings: state.recurrings,
    counts: () => ({ ...state.counts }),
    heard: state.heard,
    blockedBy: guard((id: TaskId) => tables.dependencies.blockedBy(taskNumberOf(id)).map(taskIdOf)),
    skippable: guard((limit: number) => tables.dependencies.skippable(limit).map(taskIdOf)),
    inState: guard((only: TaskState, limit: number) => tasksOf(tables.tasks.inState(only, limit))),
    snapshot: guard(() => takeSnapshot(state, tables)),
    usage: { sums: guard(tables.usage.sums), stamp: tables.usage.stamp },
    calls: {
      page: guard(tables.calls.page),
      ofTask: guard(tables.calls.ofTask),
      sums: guard(tables.calls.sums),
    },
  };
}
