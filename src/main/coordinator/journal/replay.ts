/**
 * Brings a copy of the database forward by the events of another log, byte for byte, and ends it as a workshop that was
 * restored: no number is given out twice, and what ran at that moment is lost. The copy belongs to nobody else.
 */
import { decide } from '../../../shared/domain/decide.ts';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import { isEnd, isHeld, TASK_STATES } from '../../../shared/domain/task.ts';
import { taskIdOf, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { storedEvent, type EventRow } from '../db/events.ts';
import { openDatabase } from '../db/open.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';
import type { ReceiptRow } from '../db/receipts.ts';
import { openTables, type Tables } from '../db/tables.ts';
import { Batch } from './batch.ts';
import { readCommitted, type Committed } from './committed.ts';
import { createReceipts } from './receipts.ts';
import { batchWriter } from './write.ts';

/** Events per transaction. */
const PAGE = 1_000;
const ACTOR = 'restore';

export interface ReplayOptions {
  /** The copy; made when there is none. */
  readonly file: string;
  /** The rows that follow the copy's last one, linked to it. */
  readonly rows: Iterable<EventRow>;
  /** The receipts of the commands behind the events in `(after, upTo]`. */
  readonly receipts: (after: number, upTo: number) => readonly ReceiptRow[];
  /** The backup that the copy is of; `null`: none. */
  readonly backup: string | null;
  /** The highest numbers given out in what is taken back. */
  readonly numbers: Numbers;
  /** Wall clock, epoch ms. */
  readonly now: number;
}

export interface Numbers {
  readonly lastTask: number;
  readonly lastFence: number;
  /** Attempts that a task had, by its number. */
  attemptsOf(task: number): number;
}

export interface Replayed {
  /** The last event of the log that was kept; 0: none. */
  readonly seq: number;
  /** When that was, epoch ms; `null` with no event. */
  readonly at: number | null;
  /** Tasks whose attempts ran at that moment. */
  readonly lost: readonly TaskId[];
}

/** Leaves the copy closed, with a write-ahead log beside it. */
export function replay(options: ReplayOptions): Result<Replayed, StorageProblem> {
  const db = openDatabase(options.file);
  if (!db.ok) return db;
  try {
    const tables = openTables(db.value);
    const receipts = createReceipts(tables);
    const state = readCommitted(tables);
    const write = batchWriter(db.value, tables, receipts);
    const commit = (batch: Batch): void => {
      write(batch, options.now);
      state.adopt(batch);
    };
    const start = state.seq;
    for (const rows of pagesOf(options.rows)) {
      const batch = new Batch(state);
      for (const row of rows) batch.replay(row, storedEvent(row, options.file));
      commit(batch);
    }
    const { seq } = state;
    const at = tables.events.last()?.at ?? null;
    for (const row of options.receipts(start, seq)) tables.receipts.insert(row);
    const batch = new Batch(state);
    const lost = endAsRestored(batch, state, tables, options);
    commit(batch);
    return ok({ seq, at, lost });
  } catch (error) {
    const problem = problemOf(error, options.file);
    if (!problem) throw error;
    return fail(problem);
  } finally {
    db.value.close();
  }
}

function* pagesOf(rows: Iterable<EventRow>): Iterable<EventRow[]> {
  let page: EventRow[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Appends what a restore means to the log; answers the tasks that lost a running attempt. */
function endAsRestored(
  batch: Batch,
  state: Committed,
  tables: Tables,
  { backup, numbers, now }: ReplayOptions,
): TaskId[] {
  const { seq } = state;
  const append = (event: Event): StoredEvent => batch.append(event, now, ACTOR);
  const { lastTask, lastFence } = numbers;
  append({ type: 'workshop.restored', backup, seq, lastTask, lastFence });
  const lost: TaskId[] = [];
  for (const taskState of TASK_STATES.filter((other) => !isEnd(other))) {
    for (const number of tables.tasks.inState(taskState, Number.MAX_SAFE_INTEGER)) {
      const taskId = taskIdOf(number);
      const task = batch.task(taskId);
      if (!task) continue;
      const attempts = numbers.attemptsOf(number);
      if (task.attempts < attempts) append({ type: 'task.restored', taskId, attempts });
      if (task.attemptId === null || !isHeld(task.state)) continue;
      const message = 'the workshop was restored to a moment at which this attempt ran';
      const lose = {
        type: 'attempt.give_up',
        attemptId: task.attemptId,
        code: 'agent_lost',
      } as const;
      const decision = decide(batch, { ...lose, message }, { now, actor: ACTOR });
      if (!decision.ok || decision.value.length === 0) continue;
      for (const event of decision.value) append(event);
      lost.push(taskId);
    }
  }
  return lost;
}
