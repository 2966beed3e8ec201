/** A damaged file is recognised, named, and not gone on with. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskIdOf } from '../../../shared/ids.ts';
import type { Db } from '../db/open.ts';
import type { StorageProblem } from '../db/problem.ts';
import { openJournal, type OpenJournal } from './open.ts';
import {
  ALICE,
  connect,
  create,
  must,
  mustCreate,
  mustQueue,
  openTestJournal,
  testClock,
  testFolder,
  type TestFolder,
} from './testing.ts';
import { verifyJournal } from './verify.ts';

/** A closed workshop with two requests to models. */
const CALLED = path.resolve(import.meta.dirname, '../../../../test/fixtures/db/5.db');

/** A closed workshop with some of everything: 124 events. */
const pristine = testFolder();

beforeAll(async () => {
  const journal = openTestJournal(pristine.dir);
  await must(journal, connect());
  for (let n = 1; n <= 30; n++) await mustQueue(journal, { title: `Marked ${n} of 30` });
  await must(journal, { type: 'task.assign', taskId: taskIdOf(1), agentId: ALICE, reasons: [] });
  await mustCreate(journal, { after: [taskIdOf(1)] });
  await must(journal, { type: 'task.cancel', taskId: taskIdOf(2), reason: 'no' });
  await journal.close();
});

afterAll(() => pristine[Symbol.dispose]());

function workshop(): TestFolder {
  const folder = testFolder();
  copyFileSync(pristine.file, folder.file);
  return folder;
}

/** What is said when the folder is opened. */
function problem(dir: string): StorageProblem | undefined {
  const journal = openJournal({ dir, clock: testClock(), endOfTurn: setImmediate });
  if (journal.ok) throw new Error('it was opened');
  return journal.error;
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
  writeFileSync(file, bytes);
}

/** Changes the file behind the journal's back, as another program might. */
async function tamper(folder: TestFolder, change: (db: Db) => void): Promise<void> {
  const journal = openTestJournal(folder.dir);
  change(journal.db);
  await journal.close();
}

async function verdict(folder: TestFolder): Promise<string | undefined> {
  const verified = await verifyJournal(folder.file, () => Promise.resolve());
  return verified.ok ? undefined : verified.error.message;
}

describe('opening', () => {
  it('refuses a file whose header is damaged, and leaves it alone', async () => {
    using folder = workshop();
    flip(folder.file, 3);
    const before = readFileSync(folder.file);
    expect(problem(folder.dir)).toMatchObject({ kind: 'not_a_database', path: folder.file });
    expect(readFileSync(folder.file).equals(before)).toBe(true);
  });

  it('refuses a file with a damaged page, wherever it is, and says so', async () => {
    using folder = workshop();
    const pageSize = 4_096;
    const pages = statSync(folder.file).size / pageSize;
    for (let page = 1; page < pages; page++) {
      copyFileSync(pristine.file, folder.file);
      // The kind of the page, and the number of its cells.
      flip(folder.file, page * pageSize);
      flip(folder.file, page * pageSize + 4);
      expect(problem(folder.dir), `page ${page + 1}`).toMatchObject({
        kind: 'damaged',
        path: folder.file,
      });
    }
  });

  it('names the event whose bytes were changed', async () => {
    using folder = workshop();
    const bytes = readFileSync(folder.file);
    // In the event and in the task: both come after the marker, the event in a page of its own.
    const marker = '"title":"Marked 17 of 30","body"';
    for (let at = bytes.indexOf(marker); at !== -1; at = bytes.indexOf(marker, at + 1))
      bytes[at + 10] = 0x58;
    writeFileSync(folder.file, bytes);
    // One event for the agent, four for each task before.
    expect(problem(folder.dir)?.message).toContain(
      'event 66 is not what was written: its hash does not fit',
    );
  });

  it('names an event that is missing, and a log that ends too early', async () => {
    using middle = workshop();
    await tamper(middle, (db) => void db.exec('DELETE FROM events WHERE seq = 40'));
    expect(problem(middle.dir)?.message).toContain('event 40 is missing');

    using end = workshop();
    await tamper(end, (db) => void db.exec('DELETE FROM events WHERE seq > 120'));
    expect(problem(end.dir)?.message).toContain(
      'the log ends with event 120, but the tables stand at event 124',
    );

    // As if the last events were taken out and others written in their place, with hashes that fit.
    using other = workshop();
    await tamper(other, (db) => void db.exec('UPDATE workshop SET hash = zeroblob(32)'));
    expect(problem(other.dir)?.message).toContain(
      'the hash of event 124 is not the one the tables stand at',
    );
  });

  it('names a task that is missing or older than the log', async () => {
    using gone = workshop();
    await tamper(gone, (db) => void db.exec('DELETE FROM tasks WHERE number = 9'));
    expect(problem(gone.dir)?.message).toContain('task 9 is missing');

    using old = workshop();
    await tamper(old, (db) => void db.exec('UPDATE tasks SET seq = 2 WHERE number = 9'));
    expect(problem(old.dir)?.message).toContain(
      'task 9 stands at event 2, though event 34 changed it',
    );
  });

  it('refuses a schema that is not its own, or newer', async () => {
    using changed = workshop();
    await tamper(changed, (db) => void db.exec('DROP INDEX tasks_ready'));
    expect(problem(changed.dir)?.message).toContain('index "tasks_ready" is missing');

    using newer = workshop();
    await tamper(newer, (db) => void db.pragma('user_version = 99'));
    expect(problem(newer.dir)).toMatchObject({ kind: 'newer_schema' });
  });

  it('leaves the database of another program as it is', async () => {
    using folder = testFolder();
    await openTestJournal(folder.dir).close();
    await tamper(folder, (db) => {
      db.pragma('application_id = 7');
      db.pragma('journal_mode = DELETE');
    });
    const before = readFileSync(folder.file);
    expect(problem(folder.dir)).toMatchObject({ kind: 'not_a_database' });
    expect(readFileSync(folder.file).equals(before)).toBe(true);
    expect(existsSync(`${folder.file}-wal`)).toBe(false);
  });

  it('says what is wrong with a folder that cannot be one', () => {
    using folder = testFolder();
    const file = path.join(folder.dir, 'file');
    writeFileSync(file, '');
    expect(problem(file)).toMatchObject({ kind: 'unusable' });
    mkdirSync(path.join(folder.dir, 'koubou.db'));
    expect(problem(folder.dir)).toMatchObject({ kind: 'no_permission' });
  });

  it('makes a folder that is missing, for this user only', async () => {
    using folder = testFolder();
    const dir = path.join(folder.dir, 'a', 'b');
    await openTestJournal(dir).close();
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });
});

describe('a damaged row that is met later', () => {
  async function meet(look: (journal: OpenJournal) => Promise<void>): Promise<void> {
    using folder = workshop();
    await tamper(folder, (db) => void db.exec(`UPDATE tasks SET doc = '{}' WHERE number = 9`));
    const journal = openTestJournal(folder.dir);
    await look(journal);
    await journal.close();
  }

  it('is thrown as a refusal by a read, and nothing is written from then on', async () => {
    await meet(async (journal) => {
      const waiting = journal.submit(create(), { actor: 'test' });
      expect(() => journal.task(taskIdOf(9))).toThrow(/task 9 has a wrong id/);
      expect(await waiting).toMatchObject({ ok: false, error: { code: 'storage_damaged' } });
      const late = await journal.submit(create(), { actor: 'test' });
      expect(late).toMatchObject({ ok: false, error: { code: 'storage_damaged' } });
    });
  });

  it('refuses the commit that needs it', async () => {
    await meet(async (journal) => {
      const results = await Promise.all([
        journal.submit(create(), { actor: 'test' }),
        journal.submit(
          { type: 'task.cancel', taskId: taskIdOf(9), reason: 'no' },
          { actor: 'test' },
        ),
      ]);
      const codes = results.map((result) => !result.ok && result.error.code);
      expect(codes).toEqual(Array(2).fill('storage_damaged'));
      expect(journal.seq()).toBe(124);
    });
  });
});

describe('verifying', () => {
  it('finds nothing in a sound workshop', async () => {
    using folder = workshop();
    expect(await verdict(folder)).toBeUndefined();
  });

  it('names the first wrong event, however old, and whatever else is wrong', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    await Promise.all(
      Array.from({ length: 1_500 }, () => journal.submit(create(), { actor: 'test' })),
    );
    journal.db.exec(`UPDATE events SET actor = 'someone' WHERE seq IN (123, 456)`);
    journal.db.exec(`UPDATE tasks SET title = 'x' WHERE number = 1`);
    await journal.close();
    // Too long ago for the check at start.
    await openTestJournal(folder.dir).close();
    expect(await verdict(folder)).toContain('event 123 is not what was written');
  });

  it.each([
    [`UPDATE events SET type = 'task.created' WHERE seq = 3`, 'event 3 is filed wrongly'],
    [`UPDATE events SET task = 5 WHERE seq = 3`, 'event 3 is filed wrongly'],
    [`UPDATE tasks SET rank = rank + 1 WHERE number = 7`, 'task 7 is filed wrongly'],
    [`UPDATE tasks SET lane = 'other' WHERE number = 7`, 'task 7 is filed wrongly'],
    [
      `UPDATE tasks SET seq = 125 WHERE number = 7`,
      'task 7 stands at event 125, the log at event 29',
    ],
    [
      `UPDATE tasks SET doc = json_set(doc, '$.title', 'x') WHERE number = 7`,
      'task 7 is not what the log says',
    ],
    [
      `UPDATE tasks SET doc = json_set(doc, '$.failures', 1) WHERE number = 2`,
      'task 2 is not what the log says',
    ],
    [
      `INSERT INTO tasks (number, seq, state, updated_at, repo, title, doc) SELECT 32, seq, state, updated_at, repo, title, doc FROM tasks WHERE number = 3`,
      'task 32 is in the tables, but not in the log',
    ],
    [`UPDATE bodies SET body = '"x"' WHERE task = 7`, 'task 7 is not what the log says'],
    [`DELETE FROM bodies WHERE task = 7`, 'task 7 has a wrong body'],
    [`UPDATE placements SET reasons = '[7]'`, 'attempt 1.1 has a wrong reasons.0'],
    [`UPDATE attempts SET agent = 'bob'`, 'attempt 1.1 is filed wrongly'],
    [
      `UPDATE attempts SET doc = json_set(doc, '$.reportSeq', 1)`,
      'attempt 1.1 is not what the log says',
    ],
    [`DELETE FROM attempts`, 'attempt 1.1 is missing'],
    [`DELETE FROM dependencies`, 'the dependencies of task 31 are not what the log says'],
    [`UPDATE agents SET doc = json_set(doc, '$.slots', 9)`, 'agent alice is not what the log says'],
    [`DELETE FROM agents`, 'agent alice is missing'],
    [
      `INSERT INTO agents SELECT 'bob', seq, json_set(doc, '$.id', 'bob') FROM agents`,
      'agent bob is in the tables, but not in the log',
    ],
    [
      `UPDATE workshop SET doc = json_set(doc, '$.lastFence', 9)`,
      'the row of the workshop is not what the log says',
    ],
    [
      `UPDATE workshop SET counts = json_set(counts, '$.queued', 1)`,
      'the numbers of tasks per state are wrong',
    ],
    [`UPDATE usage_hours SET created = created + 1 WHERE agent = ''`, 'what was used in the hour'],
    [`DELETE FROM usage_hours`, 'what was used in the hour'],
  ])('after %s: %s', async (sql, expected) => {
    using folder = workshop();
    await tamper(folder, (db) => void db.exec(sql));
    expect(await verdict(folder)).toContain(expected);
  });

  it.each([
    [`UPDATE model_calls SET costUsd = 0`, 'the model call of event'],
    [`DELETE FROM model_calls WHERE trouble IS NOT NULL`, 'the model call of event'],
    [
      `INSERT INTO model_calls SELECT 7, at, task, ordinal, agent, repo, engine, account, provider, model,
         1, 2, 3, 4.0, 200, 5, 6, 7, NULL FROM model_calls LIMIT 1`,
      'there are 3 model calls, the log has 2',
    ],
  ])('of requests to models, after %s: %s', async (sql, expected) => {
    using folder = testFolder();
    copyFileSync(CALLED, folder.file);
    await tamper(folder, (db) => void db.exec(sql));
    expect(await verdict(folder)).toContain(expected);
  });

  it('lets the journal go on writing, and looks at one state', async () => {
    using folder = workshop();
    const journal = openTestJournal(folder.dir);
    let pauses = 0;
    const verified = await verifyJournal(folder.file, async () => {
      pauses += 1;
      await must(journal, create());
    });
    expect(verified).toMatchObject({ ok: true, value: { events: 124 } });
    expect(journal.seq()).toBe(124 + pauses);
    await journal.close();
  });
});
