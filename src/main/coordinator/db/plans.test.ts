/** Every statement as SQLite would run it: what is asked often must walk an index, whatever the number of tasks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, type Db } from './open.ts';
import { readyQueries } from './ready.ts';
import { openTables } from './tables.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'koubou-plans-'));
let db: Db;
let statements: string[] = [];

beforeAll(() => {
  const opened = openDatabase(path.join(dir, 'koubou.db'));
  if (!opened.ok) throw new Error(opened.error.message);
  db = opened.value;
  const prepare = vi.spyOn(db, 'prepare');
  const tables = openTables(db);
  // This one is prepared when it is asked.
  for (const state of [undefined, 'queued'] as const)
    tables.tasks.list({ limit: 1, before: 9, state, words: ['a'] });
  readyQueries(db);
  statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
});

afterAll(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

function plan(sql: string): string[] {
  const values = Array.from(sql.matchAll(/\?/g), () => 1);
  const names: Record<string, number> = {};
  for (const [, name = ''] of sql.matchAll(/:([a-z]+)\b/g)) names[name] = 1;
  const explain = db.prepare<(number | object)[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  return explain.all(...values, names).map(({ detail }) => detail);
}

/** Asked by the whole check only, which reads everything anyway; or few rows by nature. */
const MAY = [
  'SELECT count(*)',
  'SELECT state, count(*)',
  'NOT BETWEEN 1 AND',
  'FROM agents',
  'FROM recurring',
  'FROM sites',
  'FROM workshop',
  'UPDATE workshop',
  // A day of hours, when somebody looks at it for the first time.
  'GROUP BY name',
  // The last row of a walk along the key; the attempts of one task.
  'ORDER BY seq DESC LIMIT 1',
  'SELECT DISTINCT agent',
  // A person clears a part of the queue.
  'FROM json_each(?))',
];

it('no statement walks a whole table or sorts', () => {
  const slow = statements
    .filter((sql) => !MAY.some((part) => sql.includes(part)))
    .flatMap((sql) => plan(sql).map((step) => `${step}: ${sql}`))
    .filter((step) => /^SCAN (?!next)\w+:|TEMP B-TREE/.test(step));
  expect(slow).toEqual([]);
  expect(statements.length).toBeGreaterThan(25);
});

it('no statement lets the planner weigh what is bound, for which SQLite would prepare it each time', () => {
  const weighed = statements.filter(
    (sql) => sql.startsWith('SELECT') && /(?:[=<>]|LIMIT) \?/.test(sql),
  );
  // By the title it is prepared when it is asked; the others are asked when somebody looks at them.
  const seldom = ['title LIKE', 'FROM usage_hours', 'FROM model_calls'];
  expect(weighed.filter((sql) => !seldom.some((part) => sql.includes(part)))).toEqual([]);
});

describe('the queries of a wake-up', () => {
  it.each([
    ['WITH RECURSIVE next', Array<string>(2).fill('COVERING INDEX tasks_ready (lane>?)')],
    ['SELECT number, rank', ['INDEX tasks_ready (lane=?)']],
    ['SELECT due_at', ['INDEX tasks_due (due_at>?)']],
    ['AND due_at <= +?', ['INDEX tasks_due (due_at>? AND due_at<?)']],
    ['ORDER BY updated_at', ['INDEX tasks_ended']],
  ])('%s…', (part, expected) => {
    const sql = statements.find((statement) => statement.includes(part)) ?? '';
    const walks = plan(sql).flatMap((step) => /tasks USING (.*tasks_.*)$/.exec(step)?.[1] ?? []);
    expect(walks).toEqual(expected);
  });
});
