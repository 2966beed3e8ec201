/** Who may come in: what is kept of them, over a restart, and after damage. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Role } from '../../../shared/access.ts';
import { openJournal, type OpenJournal } from '../journal/open.ts';
import { testClock, testFolder } from '../journal/testing.ts';
import { createLinks } from './links.ts';
import { openPeople, type People } from './people.ts';

const log = pino({ level: 'silent' });

function journalIn(dir: string): OpenJournal {
  const journal = openJournal({ dir, clock: testClock(), endOfTurn: setImmediate });
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}

async function letIn(people: People, name: string, role: Role = 'viewer'): Promise<string> {
  const made = await people.create({ role, name, days: null }, 'user');
  if (!made.ok) throw new Error(made.error.message);
  return made.value.token;
}

test('a token is kept as a hash, in a file for this user only, and counts after a restart', async () => {
  using folder = testFolder();
  const { dir } = folder;
  const [journal, clock] = [journalIn(dir), testClock()];
  const first = openPeople({ dataDir: dir, journal, clock, log });
  const token = await letIn(first, 'Yuki', 'operator');
  first.close();
  const file = path.join(dir, 'access.json');
  expect(token).toMatch(/^kbt_[\w-]{43}$/);
  expect(readFileSync(file, 'utf8')).not.toContain(token.slice(4));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = openPeople({ dataDir: dir, journal, clock, log });
  expect(again.find(token)).toMatchObject({ role: 'operator', actor: 'user:Yuki' });
  expect(again.find(`${token}x`)).toBeNull();
  expect(again.find('')).toBeNull();
  again.close();
  await journal.close();
});

test('names are not given twice, so that the log tells who it was', async () => {
  using folder = testFolder();
  const journal = journalIn(folder.dir);
  const people = openPeople({ dataDir: folder.dir, journal, clock: testClock(), log });
  await letIn(people, 'Yuki');
  const again = await people.create({ role: 'admin', name: 'Yuki', days: 1 }, 'user');
  expect(again).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  const unnamed = await people.create({ role: 'admin', days: 1 }, 'user');
  expect(unnamed.ok ? unnamed.value.access.name : '').toMatch(/^admin [0-9a-f]{4}$/);
  expect(journal.eventsAfter(0, 10)).toHaveLength(2);
  people.close();
  await journal.close();
});

test('of a damaged list nobody gets in, and it is kept for whoever looks', async () => {
  using folder = testFolder();
  const [journal, clock] = [journalIn(folder.dir), testClock()];
  const about = { dataDir: folder.dir, journal, clock, log };
  const before = openPeople(about);
  const token = await letIn(before, 'Yuki');
  before.close();
  writeFileSync(path.join(folder.dir, 'access.json'), '{"version": 1, "accounts": [{}]}');
  const people = openPeople(about);
  expect(people.find(token)).toBeNull();
  expect(people.list()).toEqual([]);
  people.close();
  await journal.close();
});

test('nobody is let in where the log cannot be written, or the door cannot be opened', async () => {
  using folder = testFolder();
  const journal = journalIn(folder.dir);
  const people = openPeople({ dataDir: folder.dir, journal, clock: testClock(), log });
  const why = { code: 'agent_unavailable', message: 'the port is taken' } as const;
  const door = { open: async () => await Promise.resolve({ ok: false, error: why } as const) };
  const links = createLinks({ people, door });
  const about = { role: 'viewer', days: 1 } as const;
  expect(await links.create(about, true, 'user')).toEqual({ ok: false, error: why });
  expect(people.list()).toEqual([]);
  await journal.close();
  const closed = await people.create(about, 'user');
  expect(closed.ok).toBe(false);
  expect(people.list()).toEqual([]);
  people.close();
});
