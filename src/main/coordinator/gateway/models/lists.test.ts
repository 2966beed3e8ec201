import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModelLists } from './lists.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const KEY = 'anthropic /v1/models 2023-06-01';
const LIST = { contentType: 'application/json', body: '{"data":[{"id":"claude"}]}' };

let dir: string;
let file: string;
let now: number;
const clock = { now: () => now };

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-lists-'));
  file = path.join(dir, 'models', 'lists.json');
  now = 1_795_000_000_000;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a list is fresh for a quarter of an hour, and better than none for a week', () => {
  const lists = openModelLists(file, clock);
  expect(lists.any(KEY)).toBeNull();
  lists.keep(KEY, LIST);
  const kept = { ...LIST, at: now };
  now += 15 * MINUTE_MS;
  expect([lists.fresh(KEY), lists.any(KEY)]).toEqual([kept, kept]);
  now += 1;
  expect([lists.fresh(KEY), lists.any(KEY)]).toEqual([null, kept]);
  now = kept.at + 7 * DAY_MS + 1;
  expect(lists.any(KEY)).toBeNull();
  expect(lists.any('openai /v1/models ')).toBeNull();
});

test('a restart knows what was asked, and how old it is', () => {
  openModelLists(file, clock).keep(KEY, LIST);
  const kept = { ...LIST, at: now };
  now += 14 * MINUTE_MS;
  expect(openModelLists(file, clock).fresh(KEY)).toEqual(kept);
  now += 2 * MINUTE_MS;
  const again = openModelLists(file, clock);
  expect([again.fresh(KEY), again.any(KEY)]).toEqual([null, kept]);
  // A clock that was set back makes nothing young.
  now = kept.at - 1;
  expect(openModelLists(file, clock).any(KEY)).toBeNull();
});

test.each(['', '{', '{"x":{"body":1}}', 'null'])('a file of %j is as good as none', (text) => {
  openModelLists(file, clock).keep(KEY, LIST);
  writeFileSync(file, text);
  const lists = openModelLists(file, clock);
  expect(lists.any(KEY)).toBeNull();
  lists.keep(KEY, LIST);
  expect(openModelLists(file, clock).fresh(KEY)).toMatchObject(LIST);
});

test('only so many are kept, the latest, and none that is far too long', () => {
  const lists = openModelLists(file, clock);
  for (let n = 0; n < 200; n += 1) lists.keep(`list ${n}`, LIST);
  lists.keep('long', { ...LIST, body: 'x'.repeat(2 ** 20 + 1) });
  const again = openModelLists(file, clock);
  expect(again.any('list 0')).toBeNull();
  expect(again.any('list 199')).toMatchObject(LIST);
  expect(again.any('long')).toBeNull();
});
