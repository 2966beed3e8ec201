import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FileLines } from '../../../../shared/contract-review.ts';
import type { LocalForge } from './local-forge.ts';
import { openTestForge, pushChange, scratch, type Reviewed, type Scratch } from './testing.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const LINES = Array.from({ length: 400 }, (_, n) => (n % 7 === 0 ? '' : `行 ${n} `.repeat(n)));

let s: Scratch;
let forge: LocalForge;
let task: Reviewed;

beforeEach(async () => {
  s = scratch();
  forge = openTestForge(s);
  const files = {
    'a b:ü.txt': LINES.map((line) => `${line}\n`).join(''),
    'unended.txt': 'one\ntwo',
    'wide.txt': `${'é'.repeat(5_000)}\nnext\n`,
    'empty.txt': '',
  };
  ({ task } = await pushChange(s, forge, s.repo('shop'), files));
});
afterEach(async () => {
  await forge.close();
  s[Symbol.dispose]();
});

async function read(path: string, from: number, count: number): Promise<FileLines> {
  const found = await forge.lines(task, { commit: task.change.commit, path, from, count });
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

test('any part of a file is what the file has there', async () => {
  const ranges = fc.tuple(fc.integer({ min: 1, max: 450 }), fc.integer({ min: 1, max: 420 }));
  await fc.assert(
    fc.asyncProperty(ranges, async ([from, count]) => {
      const end = from - 1 + count;
      expect(await read('a b:ü.txt', from, count)).toEqual({
        lines: LINES.slice(from - 1, end),
        isEnd: end >= LINES.length,
      });
    }),
    { numRuns: 25, examples: [[[1, 400]], [[1, 399]], [[400, 1]], [[401, 5]]] },
  );
});

test('a last line without a break is one, and an empty file has none', async () => {
  expect(await read('unended.txt', 1, 2)).toEqual({ lines: ['one', 'two'], isEnd: true });
  expect(await read('unended.txt', 1, 1)).toEqual({ lines: ['one'], isEnd: false });
  expect(await read('empty.txt', 1, 9)).toEqual({ lines: [], isEnd: true });
});

test('a line that is very long is cut between two characters', async () => {
  expect(await read('wide.txt', 1, 5)).toEqual({
    lines: ['é'.repeat(2_000), 'next'],
    isEnd: true,
  });
});

test('what is not there is told apart from what cannot be read', async () => {
  const place = { commit: task.change.commit, path: 'gone.txt', from: 1, count: 1 };
  const gone = { error: { code: 'branch_not_found' } };
  expect(await forge.lines(task, place)).toMatchObject(gone);
  const lost = { ...place, commit: '1'.repeat(40) };
  expect(await forge.lines(task, lost)).toMatchObject(gone);
  const elsewhere = { ...task, repo: { url: '/elsewhere', base: 'main' } };
  expect(await forge.lines(elsewhere, place)).toMatchObject({ error: { code: 'repo_not_found' } });
});
