/**
 * The whole check: every event against the hash chain, and every row of the tables against what the log folds to. Reads one
 * consistent picture of the file while the journal goes on writing. Ended tasks are checked and forgotten as it goes, so
 * memory follows the live tasks, not the log.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Agent } from '../../../shared/domain/agent.ts';
import { callOf, type CallRecord } from '../../../shared/domain/call.ts';
import { apply } from '../../../shared/domain/apply.ts';
import { taskOfEvent, type EventOf, type StoredEvent } from '../../../shared/domain/event.ts';
import { emptyState, type State, type StateChange } from '../../../shared/domain/state.ts';
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import type { Recurring } from '../../../shared/domain/recurring.ts';
import { usageOf } from '../../../shared/domain/usage.ts';
import { attemptIdOf, taskNumberOf, type SiteId, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { added, NO_AMOUNTS, type Amounts } from '../../../shared/usage.ts';
import { storedEvent, type EventRow } from '../db/events.ts';
import { openForReading } from '../db/open.ts';
import { damaged, problemOf, StorageError, type StorageProblem } from '../db/problem.ts';
import type { Audited } from '../db/stamped.ts';
import { openTables, type Tables } from '../db/tables.ts';
import { FIRST_HASH } from './chain.ts';
import { isLinked } from './check.ts';

/** Events, or live tasks, checked before others may work: some 5 ms. */
const PAGE = 100;

export interface Verified {
  readonly events: number;
  /** Hash of the newest event: two copies with the same one have the same history. */
  readonly hash: string;
}

/**
 * Checks a database file. The problem names the first event that is wrong; with a sound log, the first row.
 * @param pause lets others work between two pages: `setImmediate` as a promise
 * @param onProgress told how many events are checked, of how many
 */
export async function verifyJournal(
  file: string,
  pause: () => Promise<unknown>,
  onProgress: (checked: number, total: number) => void = () => {},
): Promise<Result<Verified, StorageProblem>> {
  const db = openForReading(file);
  if (!db.ok) return db;
  try {
    // One transaction: all reads see the same commit.
    db.value.exec('BEGIN');
    const tables = openTables(db.value);
    const total = tables.workshop.get().seq;
    const check = startCheck(tables, file);
    while (check.page()) {
      onProgress(check.checked(), total);
      await pause();
    }
    return ok(check.finish());
  } catch (error) {
    const problem = problemOf(error, file);
    if (!problem) throw error;
    return fail(problem);
  } finally {
    db.value.close();
  }
}

interface Check {
  /** Checks some more events, then some more of the tasks that are live at the end; false when there are none left. */
  page(): boolean;
  /** Events checked so far. */
  checked(): number;
  finish(): Verified;
}

function startCheck(tables: Tables, file: string): Check {
  const state = emptyState();
  /** The event that changed each thing last, by its id. */
  const stamps = new Map<string, number>();
  const counts = { attempts: 0, dependencies: 0, calls: 0 };
  const hours = new Map<number, Amounts>();
  const heard = new Map<SiteId, number>();
  let [hash, seq] = [FIRST_HASH, 0];
  let firstWrongRow: string | undefined;
  /** What is left to check of the tasks that have not ended, once all events are. */
  let live: TaskId[] | undefined;

  const wrong = (what: string): never => refuse(file, what);
  const wrongRow = (what: string | undefined): void => {
    firstWrongRow ??= what;
  };

  function event(row: EventRow): void {
    seq += 1;
    const stored = checkedRow(row, { seq, before: hash }, file, wrong);
    ({ hash } = row);
    for (const { hour, amounts } of usageOf(state, stored))
      hours.set(hour, added(hours.get(hour) ?? NO_AMOUNTS, amounts));
    const call = callOf(state, stored);
    if (call) counts.calls += 1;
    wrongRow(wrongCall(call, tables));
    const change = apply(state, stored);
    if (!change) return wrong(`event ${seq} is about something that is not there`);
    counts.dependencies += moreDependencies(state, change);
    if (change.attempt && !state.attempt(change.attempt.id)) counts.attempts += 1;
    if (stored.event.type === 'site.told') hear(heard, stored.event);
    state.put(change);
    stamp(stamps, change, seq);
    const about = taskOfEvent(stored.event);
    if (about !== null && isEnd(state.task(about)?.state ?? 'pending')) forgetOver(about);
  }

  /** Something may be heard of a task that has ended: a request to a model that was under way, say. */
  function forgetOver(id: TaskId): void {
    if (tables.events.lastOf(taskNumberOf(id)) !== seq) return;
    wrongRow(wrongTask(id, state, stamps, tables));
    drop(id, state, stamps);
  }

  return {
    page() {
      const rows = live ? [] : tables.events.rowsAfter(seq, PAGE);
      for (const row of rows) event(row);
      if (rows.length > 0) return true;
      live ??= [...state.tasks.keys()];
      const ids = live.splice(-PAGE);
      for (const id of ids) wrongRow(wrongTask(id, state, stamps, tables));
      return ids.length > 0;
    },
    checked: () => seq,
    finish() {
      wrongRow(wrongAgent(state, stamps, tables));
      wrongRow(wrongRecurring(state, stamps, tables));
      wrongRow(extraRow(state, counts, tables));
      wrongRow(wrongSite(heard, tables));
      wrongRow(wrongUsage(hours, tables));
      wrongRow(wrongHead({ seq, hash }, state, tables));
      if (firstWrongRow !== undefined) wrong(firstWrongRow);
      return { events: seq, hash };
    },
  };
}

function refuse(file: string, what: string): never {
  throw new StorageError(damaged(file, what));
}

/** What a row says, when it is linked to the one before it and filed under what it says. */
function checkedRow(
  row: EventRow,
  { seq, before }: { readonly seq: number; readonly before: string },
  file: string,
  wrong: (what: string) => never,
): StoredEvent {
  if (row.seq !== seq) wrong(`event ${seq} is missing`);
  if (!isLinked(row, before)) wrong(`event ${seq} is not what was written: its hash does not fit`);
  const stored = storedEvent(row, file);
  const about = taskOfEvent(stored.event);
  const task = about === null ? null : taskNumberOf(about);
  if (row.type !== stored.event.type || row.task !== task) wrong(`event ${seq} is filed wrongly`);
  return stored;
}

function drop(id: TaskId, state: State, stamps: Map<string, number>): void {
  const attempts = state.task(id)?.attempts ?? 0;
  for (let n = 1; n <= attempts; n++) {
    state.attempts.delete(attemptIdOf(id, n));
    stamps.delete(attemptIdOf(id, n));
  }
  state.tasks.delete(id);
  stamps.delete(id);
}

function stamp(stamps: Map<string, number>, change: StateChange, seq: StoredEvent['seq']): void {
  for (const thing of [change.task, change.attempt, change.agent])
    if (thing) stamps.set(thing.id, seq);
  if (change.recurring) stamps.set(stampOf(change.recurring), seq);
}

/** No agent is called so: an id has no space. */
function stampOf({ id }: Recurring): string {
  return `recurring ${id}`;
}

/** How many rows of dependencies a change makes, less those that it removes. */
function moreDependencies(before: State, { task }: StateChange): number {
  const known = task && before.task(task.id);
  if (!task || known?.after === task.after) return 0;
  return new Set(task.after).size - new Set(known?.after).size;
}

/** What is wrong with the rows of a task: its own, its attempts', its dependencies'. */
function wrongTask(
  id: TaskId,
  state: State,
  stamps: Map<string, number>,
  tables: Tables,
): string | undefined {
  const task = state.task(id);
  if (!task) return undefined;
  const number = taskNumberOf(id);
  const wrong = difference(`task ${number}`, tables.tasks.audit(number), task, stamps.get(id));
  if (wrong !== undefined) return wrong;
  const after = [...new Set(task.after.map(taskNumberOf))].toSorted((a, b) => a - b);
  if (!isDeepStrictEqual(tables.dependencies.of(number), after)) {
    return `the dependencies of task ${number} are not what the log says`;
  }
  return wrongAttempt(task, state, stamps, tables);
}

function wrongAttempt(
  task: Task,
  state: State,
  stamps: Map<string, number>,
  tables: Tables,
): string | undefined {
  const number = taskNumberOf(task.id);
  for (let n = 1; n <= task.attempts; n++) {
    const id = attemptIdOf(task.id, n);
    const expected = state.attempt(id);
    const row = tables.attempts.audit(number, n);
    // A restore leaves numbers out: those of attempts that it took away.
    if (!expected && !row) continue;
    const wrong = difference(`attempt ${number}.${n}`, row, expected, stamps.get(id));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongAgent(state: State, stamps: Map<string, number>, tables: Tables): string | undefined {
  const rows = new Map<string, Audited<Agent>>(
    tables.agents.audit().map((row) => [row.value.id, row]),
  );
  for (const agent of state.agents.values()) {
    const wrong = difference(`agent ${agent.id}`, rows.get(agent.id), agent, stamps.get(agent.id));
    if (wrong !== undefined) return wrong;
    rows.delete(agent.id);
  }
  const [extra] = rows.keys();
  return extra === undefined ? undefined : `agent ${extra} is in the tables, but not in the log`;
}

function wrongRecurring(
  state: State,
  stamps: Map<string, number>,
  tables: Tables,
): string | undefined {
  const rows = new Map(tables.recurring.audit().map((row) => [row.value.id, row]));
  for (const one of state.recurrings.values()) {
    const wrong = difference(one.id, rows.get(one.id), one, stamps.get(stampOf(one)));
    if (wrong !== undefined) return wrong;
    rows.delete(one.id);
  }
  const [extra] = rows.keys();
  return extra === undefined ? undefined : `${extra} is in the tables, but not in the log`;
}

function difference<T>(
  name: string,
  row: Audited<T> | undefined,
  expected: T | undefined,
  seq: number | undefined,
): string | undefined {
  if (!row) return `${name} is missing, though the log knows it`;
  if (!isDeepStrictEqual(row.value, expected)) return `${name} is not what the log says`;
  if (!row.sound) return `${name} is filed wrongly: its columns do not fit its document`;
  return row.seq === seq
    ? undefined
    : `${name} stands at event ${row.seq}, the log at event ${seq}`;
}

function wrongCall(call: CallRecord | null, { calls }: Tables): string | undefined {
  if (!call || isDeepStrictEqual(calls.get(call.seq), call)) return undefined;
  return `the model call of event ${call.seq} is not what the log says`;
}

/** Rows that the log knows nothing of. */
function extraRow(
  state: State,
  counts: { attempts: number; dependencies: number; calls: number },
  { tasks, attempts, dependencies, calls }: Tables,
): string | undefined {
  const extra = tasks.beyond(state.workshop().lastTask);
  if (extra !== undefined) return `task ${extra} is in the tables, but not in the log`;
  if (attempts.count() !== counts.attempts)
    return `there are ${attempts.count()} attempts, the log has ${counts.attempts}`;
  if (calls.count() !== counts.calls)
    return `there are ${calls.count()} model calls, the log has ${counts.calls}`;
  if (dependencies.count() === counts.dependencies) return undefined;
  return `there are ${dependencies.count()} dependencies, the log has ${counts.dependencies}`;
}

function hear(heard: Map<SiteId, number>, { site, seq }: EventOf<'site.told'>): void {
  heard.set(site, Math.max(heard.get(site) ?? 0, seq));
}

function wrongSite(heard: ReadonlyMap<SiteId, number>, { sites }: Tables): string | undefined {
  return isDeepStrictEqual(new Map(sites.all()), heard)
    ? undefined
    : 'up to where other coordinators were heard is not what the log says';
}

/** The sums of an hour are checked together, however they are kept apart. */
function wrongUsage(expected: ReadonlyMap<number, Amounts>, { usage }: Tables): string | undefined {
  const found = usage.hours(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const extra = found.find(({ hour }) => !expected.has(hour));
  const sums = new Map(found.map(({ hour, ...amounts }): [number, Amounts] => [hour, amounts]));
  const wrong =
    extra?.hour ??
    [...expected].find(([hour, sum]) => !isDeepStrictEqual(sums.get(hour), sum))?.[0];
  return wrong === undefined
    ? undefined
    : `what was used in the hour ${wrong} is not what the log says`;
}

function wrongHead(
  log: { seq: number; hash: string },
  state: State,
  { workshop }: Tables,
): string | undefined {
  const head = workshop.get();
  if (head.seq !== log.seq)
    return `the log ends with event ${log.seq}, but the tables stand at event ${head.seq}`;
  if (head.hash !== log.hash)
    return `the hash of event ${log.seq} is not the one the tables stand at`;
  if (!isDeepStrictEqual(head.workshop, state.workshop()))
    return 'the row of the workshop is not what the log says';
  const counts = workshop.recount();
  return isDeepStrictEqual({ ...head.counts }, counts)
    ? undefined
    : 'the numbers of tasks per state are wrong';
}
