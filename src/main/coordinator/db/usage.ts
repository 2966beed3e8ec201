/** Sums by the hour, kept apart by repository, agent, engine and model. Written with the events they come from. */
import { usageOf, type UsageChange, type UsageKey } from '../../../shared/domain/usage.ts';
import { AMOUNTS, NO_AMOUNTS, type Amount, type Amounts } from '../../../shared/usage.ts';
import type { Database as Db } from 'better-sqlite3';
import { foldLog } from './fold.ts';
import { rowWriter } from './rows.ts';

export type UsageRow = UsageKey & { readonly amounts: Amounts };
/** What sums can be told apart by; `all`: nothing, under an empty name. */
export type UsageGroup = 'all' | 'repo' | 'agent' | 'engine' | 'model';

export interface UsageTable {
  /** Adds to what is there. */
  add(rows: Iterable<UsageRow>): void;
  /** All together, by hour in `[from, to)`, oldest first; hours in which nothing happened are left out. */
  hours(from: number, to: number): (Amounts & { readonly hour: number })[];
  /** Sums of the hours in `[from, to)` by name; those that did nothing are left out. */
  sums(group: UsageGroup, from: number, to: number): [name: string, ...amounts: number[]][];
  /** Grows whenever something is added to one of the hours in `[from, to)`. */
  stamp(from: number, to: number): number;
}

const KEYS = ['hour', 'repo', 'agent', 'engine', 'model'] as const;
const SUMS = AMOUNTS.map((name) => `sum(${name}) AS ${name}`).join(', ');

export function usageTable(db: Db): UsageTable {
  const hours = db.prepare<[number, number], Amounts & { readonly hour: number }>(
    `SELECT hour, ${SUMS} FROM usage_hours WHERE hour >= ? AND hour < ? GROUP BY hour ORDER BY hour`,
  );
  const byName = (name: string) =>
    db
      .prepare<[number, number], [name: string, ...amounts: number[]]>(
        `SELECT ${name} AS name, ${SUMS} FROM usage_hours WHERE hour >= ? AND hour < ? GROUP BY name`,
      )
      .raw();
  const sums = {
    all: byName(`''`),
    repo: byName('repo'),
    agent: byName('agent'),
    engine: byName('engine'),
    model: byName('model'),
  };
  const write = rowWriter<UsageRow>(
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
  );
  /** Hours that were added to since the file was opened: few, as most of them are long over. */
  const touched = new Map<number, number>();
  let stamps = 0;
  return {
    add(rows) {
      const all = [...rows];
      for (const { hour } of all) touched.set(hour, ++stamps);
      write(all);
    },
    hours: (from, to) => hours.all(from, to),
    sums: (group, from, to) => sums[group].all(from, to),
    stamp(from, to) {
      let newest = 0;
      for (let hour = from; hour < to; hour += 1) {
        newest = Math.max(newest, touched.get(hour) ?? 0);
      }
      return newest;
    },
  };
}

/** Gathers changes into one row for each key. */
export function usageSums(): {
  add(changes: readonly UsageChange[]): void;
  rows(): Iterable<UsageRow>;
} {
  const rows = new Map<string, UsageKey & { readonly amounts: Record<Amount, number> }>();
  return {
    add(changes) {
      for (const { amounts, ...key } of changes) {
        // No two keys make the same name: only a model and a repository may have blanks, and the one says how long it is.
        const name = `${key.hour} ${key.engine} ${key.agent} ${key.model.length} ${key.model}${key.repo}`;
        let row = rows.get(name);
        if (!row) rows.set(name, (row = { ...key, amounts: { ...NO_AMOUNTS } }));
        for (const amount of AMOUNTS) row.amounts[amount] += amounts[amount] ?? 0;
      }
    },
    rows: () => rows.values(),
  };
}

/** Writes what the whole log comes to into the empty table. Memory follows the live tasks and the hours, not the log. */
export function fillUsage(db: Db): void {
  const sums = usageSums();
  foldLog(db, (state, stored) => sums.add(usageOf(state, stored)));
  usageTable(db).add(sums.rows());
}
