/**
 * The lanes of the queue as queries over the task table: what is ready, in which order, and what becomes ready when. Each
 * names its index: SQLite's planner, which does not know how many tasks wait, would walk all of them by state.
 */
import { WAITING_STATES } from '../../../shared/contract-queue.ts';
import type { QueueScope } from '../../../shared/domain/state.ts';
import type { TaskState } from '../../../shared/domain/task.ts';
import { LONGEST_PARK_MS, LONGEST_PAUSE_MS } from '../../../shared/domain/retry.ts';
import { FAILURES } from '../../../shared/errors.ts';
import type { Db } from './open.ts';

export interface ReadyRow {
  readonly number: number;
  readonly rank: number;
  readonly specialty: string | null;
  readonly repo: string;
  /** 1: it was tried before. */
  readonly tried: number;
}

export interface LaneRow {
  /** Its key. */
  readonly lane: string;
  readonly rank: number;
  readonly number: number;
}

export interface ReadyQueries {
  /** The lanes that have a queued task, each with its first. */
  lanes(): LaneRow[];
  /** The first `limit` queued tasks of one lane, by rank, then number. */
  head(lane: string, limit: number): ReadyRow[];
  /** Agents that held an attempt of the task which failed or was lost. */
  failedOn(task: number): string[];
  /** With which engine and why its attempts failed, oldest first. */
  failures(task: number): { readonly engine: string; readonly code: string }[];
  /** Of all tasks that wait, who made them. */
  owners(): { readonly number: number; readonly owner: string }[];
  /** Numbers of tasks in these states and that scope, lowest first. */
  within(states: readonly TaskState[], scope: QueueScope | undefined): number[];
  nextDue(): number | null;
  /** Numbers of the tasks that were due at `now` (epoch ms) or before, earliest first. */
  due(now: number, limit: number): number[];
  /** Numbers of blocked tasks that nothing holds back at `now` (epoch ms), lowest first. */
  unblockable(now: number, limit: number): number[];
}

/** A blocked task becomes due only when nothing that it waits for is open: neither an issue nor a task. */
const WAITS = `(coalesce(json_array_length(tasks.doc, '$.blockers'), 0) > 0 OR EXISTS (
  SELECT 1 FROM dependencies d LEFT JOIN tasks other ON other.number = d.after
  WHERE d.task = tasks.number AND other.state IS NOT 'completed'
))`;

/** Failures that may say themselves when they are over, far beyond any pause. */
const PARKED = `json_extract(doc, '$.failure.code') IN (${Object.entries(FAILURES)
  .flatMap(([code, rule]) => (rule === 'later' ? [`'${code}'`] : []))
  .join(', ')})`;

export function readyQueries(db: Db): ReadyQueries {
  const head = db.prepare<[string, number], ReadyRow>(
    `SELECT number, rank, specialty, repo, EXISTS (SELECT 1 FROM attempts WHERE task = number) AS tried
     FROM tasks INDEXED BY tasks_ready WHERE state = 'queued' AND lane = +? ORDER BY rank, number LIMIT 0 + ?`,
  );
  const failedOn = db
    .prepare<[number], string>(
      `SELECT DISTINCT agent FROM attempts WHERE task = +? AND state IN ('failed', 'lost') ORDER BY agent`,
    )
    .pluck();
  const nextDue = db
    .prepare<[], number>(
      `SELECT due_at FROM tasks INDEXED BY tasks_due
       WHERE due_at IS NOT NULL AND (state <> 'blocked' OR NOT ${WAITS}) ORDER BY due_at LIMIT 1`,
    )
    .pluck();
  const due = db
    .prepare<[number, number], number>(
      `SELECT number FROM tasks INDEXED BY tasks_due
       WHERE due_at IS NOT NULL AND due_at <= +? AND (state <> 'blocked' OR NOT ${WAITS})
       ORDER BY due_at, number LIMIT 0 + ?`,
    )
    .pluck();
  const odd = oddIn(db);
  const unblockable = db
    .prepare<[number, number], number>(
      `SELECT number FROM tasks WHERE state = 'blocked' AND told IS NULL AND (due_at IS NULL OR due_at <= +?) AND NOT ${WAITS}
       ORDER BY number LIMIT 0 + ?`,
    )
    .pluck();
  return {
    lanes: lanesIn(db),
    head: (lane, limit) => head.all(lane, limit),
    failedOn: (task) => failedOn.all(task),
    failures: failuresIn(db),
    owners: ownersIn(db),
    within: withinIn(db),
    nextDue: () => nextDue.get() ?? null,
    due(now, limit) {
      const found = due.all(now, limit);
      const rest = limit - found.length;
      return rest > 0 ? [...found, ...odd(now, rest)] : found;
    },
    unblockable: (now, limit) => unblockable.all(now, limit),
  };
}

/** From one lane straight to the next in the index: the cost is the number of lanes (under 2 µs each), however long they are. */
function lanesIn(db: Db): ReadyQueries['lanes'] {
  const first = (among: string): string =>
    `FROM tasks INDEXED BY tasks_ready WHERE state = 'queued' AND ${among} ORDER BY lane, rank, number LIMIT 1`;
  // In one statement: to ask for each of them by itself costs four times as much.
  const lanes = db.prepare<[], LaneRow>(
    `WITH RECURSIVE next (number, lane, rank) AS (
       SELECT * FROM (SELECT number, lane, rank ${first(`lane > ''`)})
       UNION ALL
       SELECT found.number, found.lane, found.rank FROM next
       JOIN tasks found ON found.number = (SELECT number ${first('lane > next.lane')})
     ) SELECT lane, rank, number FROM next`,
  );
  return () => lanes.all();
}

function ownersIn(db: Db): ReadyQueries['owners'] {
  const owners = db.prepare<[], { number: number; owner: string }>(
    `SELECT number, doc ->> '$.createdBy' AS owner FROM tasks
     WHERE state IN (${WAITING_STATES.map((state) => `'${state}'`).join(', ')})`,
  );
  return () => owners.all();
}

function withinIn(db: Db): ReadyQueries['within'] {
  const within = db
    .prepare<[string, string | null, string | null], number>(
      `SELECT number FROM tasks WHERE state IN (SELECT value FROM json_each(?))
       AND repo = ifnull(?, repo) AND doc ->> '$.priority' = ifnull(?, doc ->> '$.priority') ORDER BY number`,
    )
    .pluck();
  return (states, scope) => {
    const repo = scope && 'repo' in scope ? scope.repo : null;
    const priority = scope && 'priority' in scope ? scope.priority : null;
    return within.all(JSON.stringify(states), repo, priority);
  };
}

/** Those whose pause ends later than any pause can: the clock was set back since it began. */
function oddIn(db: Db): ReadyQueries['due'] {
  const odd = db
    .prepare<[number, number, number], number>(
      `SELECT number FROM tasks INDEXED BY tasks_due
       WHERE due_at > +? AND state = 'failed' AND (due_at > +? OR NOT ${PARKED})
       ORDER BY due_at, number LIMIT 0 + ?`,
    )
    .pluck();
  return (now, limit) => odd.all(now + LONGEST_PAUSE_MS, now + LONGEST_PARK_MS, limit);
}

function failuresIn(db: Db): ReadyQueries['failures'] {
  const failures = db.prepare<[number], { engine: string; code: string }>(
    `SELECT json_extract(doc, '$.engine.kind') AS engine, json_extract(doc, '$.failure.code') AS code
     FROM attempts WHERE task = +? AND state = 'failed' AND engine IS NOT NULL AND code IS NOT NULL`,
  );
  return (task) => failures.all(task);
}
