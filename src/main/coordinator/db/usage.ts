/** Sums by the hour, kept apart by repository, agent, engine and model. Written with the events they come from. */
import { apply } from '../../../shared/domain/apply.ts';
import { taskOfEvent } from '../../../shared/domain/event.ts';
import { emptyState, type State } from '../../../shared/domain/state.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import { usageOf, type UsageChange, type UsageKey } from '../../../shared/domain/usage.ts';
import { attemptIdOf, type TaskId } from '../../../shared/ids.ts';
import { added, AMOUNTS, NO_AMOUNTS, type Amounts } from '../../../shared/usage.ts';
import { storedEvent, type EventRow } from './events.ts';
import type { Database as Db } from 'better-sqlite3';
import { rowWriter } from './rows.ts';

export type UsageRow = UsageKey & { readonly amounts: Amounts };
/** What sums can be told apart by. */
export type UsageGroup = 'repo' | 'agent' | 'engine' | 'model';

export interface UsageTable {
  /** Adds to what is there. */
  add(rows: Iterable<UsageRow>): void;
  /** All together, by hour in `[from, to)`, oldest first; hours in which nothing happened are left out. */
  hours(from: number, to: number): (Amounts & { readonly hour: number })[];
  /**
   * Sums of hours in `[from, to)` by name and by piece of `size` minutes, counted from the epoch and `shift` minutes later.
   */
  pieces(
    group: UsageGroup,
    range: { readonly from: number; readonly to: number },
    piece: { readonly shift: number; readonly size: number },
  ): (Amounts & { readonly piece: number; readonly name: string })[];
}

const KEYS = ['hour', 'repo', 'agent', 'engine', 'model'] as const;
const SUMS = AMOUNTS.map((name) => `sum(${name}) AS ${name}`).join(', ');

export function usageTable(db: Db): UsageTable {
  const hours = db.prepare<[number, number], Amounts & { readonly hour: number }>(
    `SELECT hour, ${SUMS} FROM usage_hours WHERE hour >= ? AND hour < ? GROUP BY hour ORDER BY hour`,
  );
  const byGroup = (group: UsageGroup) =>
    db.prepare<
      [number, number, number, number],
      Amounts & { readonly piece: number; readonly name: string }
    >(
      `SELECT CAST((hour * 60 + ?) / ? AS INTEGER) AS piece, ${group} AS name, ${SUMS} FROM usage_hours
      WHERE hour >= ? AND hour < ? GROUP BY piece, name`,
    );
  const pieces = {
    repo: byGroup('repo'),
    agent: byGroup('agent'),
    engine: byGroup('engine'),
    model: byGroup('model'),
  };
  return {
    add: rowWriter<UsageRow>(
      db,
      {
        before: `INSERT INTO usage_hours (${[...KEYS, ...AMOUNTS].join(', ')}) VALUES`,
        row: `(${[...KEYS, ...AMOUNTS].map(() => '?').join(', ')})`,
        after: `ON CONFLICT (${KEYS.join(', ')}) DO UPDATE SET
          ${AMOUNTS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
      },
      (values, { amounts, ...key }) => {
        values.push(...KEYS.map((name) => key[name]), ...AMOUNTS.map((name) => amounts[name]));
      },
    ),
    hours: (from, to) => hours.all(from, to),
    pieces: (group, { from, to }, { shift, size }) => pieces[group].all(shift, size, from, to),
  };
}

/** Gathers changes into one row for each key. */
export function usageSums(): {
  add(changes: readonly UsageChange[]): void;
  rows(): Iterable<UsageRow>;
} {
  const rows = new Map<string, UsageRow>();
  return {
    add(changes) {
      for (const { amounts, ...key } of changes) {
        const name = JSON.stringify(KEYS.map((part) => key[part]));
        const before = rows.get(name)?.amounts ?? NO_AMOUNTS;
        rows.set(name, { ...key, amounts: added(before, amounts) });
      }
    },
    rows: () => rows.values(),
  };
}

/** Writes what the whole log comes to into the empty table. Memory follows the live tasks and the hours, not the log. */
export function fillUsage(db: Db): void {
  const events = db.prepare<[], EventRow>(
    'SELECT seq, at, actor, type, task, body, lower(hex(hash)) AS hash FROM events ORDER BY seq',
  );
  const state = emptyState();
  const sums = usageSums();
  for (const row of events.iterate()) {
    const stored = storedEvent(row, db.name);
    sums.add(usageOf(state, stored));
    const change = apply(state, stored);
    // A log with such an event is damaged; the check of the whole names it.
    if (!change) continue;
    state.put(change);
    const about = taskOfEvent(stored.event);
    if (about !== null && change.task && isEnd(change.task.state)) forget(state, about);
  }
  usageTable(db).add(sums.rows());
}

function forget(state: State, id: TaskId): void {
  const attempts = state.task(id)?.attempts ?? 0;
  for (let n = 1; n <= attempts; n++) state.attempts.delete(attemptIdOf(id, n));
  state.tasks.delete(id);
}
