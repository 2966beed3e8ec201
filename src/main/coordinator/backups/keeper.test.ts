/** Backups: when they are made, which are kept, and what a full disk leaves of one. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { mustCreate, openTestJournal, testClock, testFolder } from '../journal/testing.ts';
import { verifyJournal } from '../journal/verify.ts';
import { startBackups, type BackupKeeper } from './keeper.ts';
import { sha256Of } from './store.ts';

const HOUR = 3_600_000;

function setUp(dir: string, schedule = { every: 6, keep: 2 }) {
  const clock = testClock();
  const journal = openTestJournal(dir, clock);
  const log = pino({ level: 'silent' });
  const keeper = startBackups({
    ...{ journal, dataDir: dir, clock, log, version: '1.2.3', schedule: () => schedule },
    pause: nextTurn,
  });
  const end = async (): Promise<void> => {
    await keeper.close();
    await journal.close();
  };
  return { clock, journal, keeper, end };
}

async function made(keeper: BackupKeeper, count: number): Promise<void> {
  while (keeper.list().backups.length < count) await nextTurn();
}

it('is a whole database with what its manifest says', async () => {
  using folder = testFolder();
  const { journal, keeper, end } = setUp(folder.dir);
  await mustCreate(journal);
  const result = await keeper.create();
  if (!result.ok) throw new Error(result.error.message);
  const { name, seq, sha256, size } = result.value;
  const file = path.join(folder.dir, 'backups', name, 'koubou.db');
  expect(seq).toBe(1);
  expect(readFileSync(file)).toHaveLength(size);
  expect(await sha256Of(file)).toBe(sha256);
  const verified = await verifyJournal(file, nextTurn);
  expect(verified).toMatchObject({ ok: true, value: { events: 1, hash: result.value.hash } });
  expect(readdirSync(path.dirname(file)).toSorted()).toEqual(['koubou.db', 'manifest.json']);
  expect(keeper.list().backups).toEqual([result.value]);
  await end();
});

it('is made by itself every few hours, but only when something changed', async () => {
  using folder = testFolder();
  const { clock, journal, keeper, end } = setUp(folder.dir);
  clock.advance(7 * HOUR);
  expect(keeper.list().backups).toEqual([]);
  await mustCreate(journal);
  clock.advance(HOUR / 2);
  await made(keeper, 1);
  clock.advance(7 * HOUR);
  expect(keeper.list().backups).toHaveLength(1);
  await mustCreate(journal);
  clock.advance(HOUR / 2);
  await made(keeper, 2);
  await mustCreate(journal);
  clock.advance(HOUR);
  await end();
  expect(keeper.list().backups).toHaveLength(2);
});

it('holds what was committed before it was asked for, also when one is being made', async () => {
  using folder = testFolder();
  const { journal, keeper, end } = setUp(folder.dir, { every: 0, keep: 5 });
  await mustCreate(journal);
  const first = keeper.create();
  await Promise.all(Array.from({ length: 300 }, async () => mustCreate(journal)));
  const [, second, third] = await Promise.all([first, keeper.create(), keeper.create()]);
  expect(second).toMatchObject({ ok: true, value: { seq: 301 } });
  expect(third).toEqual(second);
  expect(keeper.list().backups).toHaveLength(2);
  await end();
});

it('makes room for newer ones, and is not made of what a kill left', async () => {
  using folder = testFolder();
  const { clock, journal, keeper, end } = setUp(folder.dir);
  const left = path.join(folder.dir, 'backups', '2025-01-01T00-00-00Z.tmp');
  mkdirSync(left, { recursive: true });
  writeFileSync(path.join(left, 'manifest.json'), '{}');
  const names: string[] = [];
  for (let n = 0; n < 4; n++) {
    await mustCreate(journal);
    const result = await keeper.create();
    if (result.ok) names.unshift(result.value.name);
    clock.advance(1_000);
  }
  expect(readdirSync(path.join(folder.dir, 'backups')).toSorted().toReversed()).toEqual(
    names.slice(0, 2),
  );
  await end();
});

it('leaves nothing half, and says why, when its folder cannot be written', async () => {
  using folder = testFolder();
  const { journal, keeper, end } = setUp(folder.dir);
  await mustCreate(journal);
  writeFileSync(path.join(folder.dir, 'backups'), 'a file is in the way');
  expect(await keeper.create()).toMatchObject({ ok: false });
  expect(keeper.list().problem).toContain('the backup could not be made');
  await end();
});
