import { describe, expect, it } from 'vitest';
import type { Understood } from '../../shared/import/payload.ts';
import { ImportedTask } from '../../shared/import/payload.ts';
import { taskIdOf } from '../../shared/ids.ts';
import {
  countsOf,
  lackOf,
  NOTHING_FOR_ALL,
  repoToPickFrom,
  rowsOf,
  taskOf,
  withResults,
  type Row,
} from './rows.ts';

const ITEM: Understood = {
  kind: 'task',
  source: { file: null, line: null },
  text: '',
  ref: null,
  title: 'One',
  body: 'b',
  repo: '/srv/shop',
  base: null,
  priority: null,
  engine: null,
  localOnly: false,
  needs: [],
  labels: [],
  after: [],
  at: null,
  ...{ specialty: null, issue: null, blockers: [], remarks: [] },
  problem: null,
  duplicateOf: null,
};
const REF = { forge: 'github', url: 'https://github.com/a/b/issues/1', ref: 'a/b#1' } as const;
const ALL = NOTHING_FOR_ALL;

function rows(...items: Partial<Understood>[]): Row[] {
  let n = 0;
  return rowsOf(
    items.map((item) => ({ ...ITEM, ...item })),
    () => `k${++n}`,
  );
}

function row(item: Partial<Understood> = {}, change: Partial<Row> = {}): Row {
  const [one] = rows(item);
  if (!one) throw new Error('no row');
  return { ...one, ...change };
}

it('puts what needs a look on top, and ticks the rest only', () => {
  const found = rows(
    { title: 'fine' },
    { title: 'twin', ref: REF, duplicateOf: { id: taskIdOf(1), state: 'queued' } },
    { title: 'no task', kind: 'unknown', problem: { code: 'nothing', message: '' } },
    { title: 'done', problem: { code: 'done', message: '' } },
  );
  expect(found.map(({ title, isTicked }) => [title, isTicked])).toEqual([
    ['no task', false],
    ['twin', false],
    ['done', false],
    ['fine', true],
  ]);
});

it('goes to the issues of a repository when nothing but its address was dropped', () => {
  const repository = { ...ITEM, kind: 'repository' as const, repo: 'https://github.com/a/b' };
  expect(repoToPickFrom([repository])).toBe('https://github.com/a/b');
  expect(repoToPickFrom([repository, ITEM])).toBeNull();
  expect(repoToPickFrom([{ ...repository, repo: '/srv/shop' }])).toBeNull();
  expect(repoToPickFrom([ITEM])).toBeNull();
  expect(repoToPickFrom([])).toBeNull();
});

describe('what a row lacks', () => {
  it.each([
    [row(), ALL, null],
    [row({ title: null }), ALL, 'title'],
    [row({ repo: null }), ALL, 'repo'],
    [row({ repo: null }), { ...ALL, repo: '/srv/x' }, null],
    [row({}, { engine: 'command' }), ALL, 'run'],
    [row({}, { engine: 'command' }), { ...ALL, run: 'make' }, null],
    [row({}, { needs: 'gpu, Python 3' }), ALL, 'needs'],
    [row(), { ...ALL, needs: 'GPU' }, 'needs'],
  ])('case %#', (one, all, lack) => {
    expect(lackOf(one, all)).toBe(lack);
  });
});

describe('the task of a row', () => {
  it('is one that the API takes, with what holds for all where the row says nothing', () => {
    const task = taskOf(row({ repo: null }, { engine: 'command' }), {
      repo: ' /srv/x ',
      needs: 'gpu, python3',
      run: ' make ',
    });
    expect(ImportedTask.parse(task)).toEqual(task);
    expect(task).toMatchObject({
      key: 'k1',
      repo: '/srv/x',
      needs: ['gpu', 'python3'],
      engine: { kind: 'command', run: 'make' },
      priority: 'normal',
    });
  });

  it('keeps the engine, the branch and the times of the item', () => {
    const item = {
      engine: { kind: 'claude-code', model: 'opus' },
      base: 'next',
      at: 5,
      after: [taskIdOf(3)],
    } as const;
    const { engine, base, at, after } = {
      ...taskOf(row({ ...item, after: [...item.after] }), ALL),
    };
    expect({ engine, base, at, after }).toEqual(item);
    // A branch of another repository means nothing in this one.
    expect(taskOf(row({ base: 'next' }, { repo: '/srv/other' }), ALL).base).toBeUndefined();
  });

  it('is another one of the same issue only where an open task has it', () => {
    const twin = (state: 'queued' | 'completed') =>
      taskOf(row({ ref: REF, duplicateOf: { id: taskIdOf(1), state } }), ALL);
    expect(twin('queued')).toMatchObject({ origin: REF, again: true });
    expect(twin('completed').again).toBeUndefined();
  });
});

it('counts what is left after results: what was made is done, what was refused can be tried again', () => {
  const before = rows({}, {}, { kind: 'unknown' });
  const after = withResults(
    before,
    new Map([
      ['k1', { ok: true, id: taskIdOf(1), title: 'One', state: 'pending' }],
      ['k2', { ok: false, error: { code: 'repo_not_found', message: 'no' } }],
    ]),
  );
  expect(countsOf(before, ALL)).toMatchObject({ items: 3, ticked: 2, unknown: 1, made: 0 });
  expect(countsOf(after, ALL)).toMatchObject({ ticked: 1, made: 1, refused: 1 });
});

it('what an issue asks for goes into its task', () => {
  const issue = { state: 'open', author: 'ann', hash: 'a1', updatedAt: 5 } as const;
  const blocker = { ...REF, url: 'https://github.com/a/b/issues/2', ref: 'a/b#2' };
  const [one] = rows({
    ...{ ref: REF, issue, blockers: [blocker], specialty: 'backend', priority: 'high' },
    ...{ engine: { kind: 'claude-code' }, needs: ['gpu'] },
  });
  expect(one && ImportedTask.parse(taskOf(one, ALL))).toMatchObject({
    ...{ origin: REF, source: issue, blockers: [blocker], specialty: 'backend' },
    ...{ priority: 'high', engine: { kind: 'claude-code' }, needs: ['gpu'] },
  });
});
