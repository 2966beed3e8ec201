/** Data is brought forward with a way back: a backup of before, and an older program that says whose data it meets. */
import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../db/migrate.ts';
import { openForReading } from '../db/open.ts';
import { noteVersions, readVersions } from '../db/versions.ts';
import { openSqlite } from '../db/sqlite.ts';
import { openJournal } from '../journal/open.ts';
import {
  mustCreate,
  openTestJournal,
  testClock,
  testFolder,
  type TestFolder,
} from '../journal/testing.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { keepBefore, noteProgram } from './before-migration.ts';
import { openBackupStore } from './store.ts';
import { mustRestore, restoreTo } from './testing.ts';

const SAVED = path.resolve(import.meta.dirname, '../../../../test/fixtures/db');
const OLD = SCHEMA_VERSION - 1;

describe('data that is brought forward', () => {
  it('has a backup of before, which stays however many others are made', async () => {
    using folder = migrated();
    const store = openBackupStore(folder.dir);
    const [backup] = store.list();
    expect(backup?.name).toMatch(/-before-9\.9\.0$/);
    expect(backup?.schema).toBe(OLD);
    expect(schemaOf(store.fileOf(backup?.name ?? ''))).toBe(OLD);
    expect(readVersions(folder.dir)).toMatchObject({
      ...{ version: '9.9.0', schema: SCHEMA_VERSION },
      migrations: [{ by: '9.9.0', from: OLD, to: SCHEMA_VERSION, backup: backup?.name }],
    });
    store.prune(1);
    expect(store.list()).toHaveLength(1);
    // Nothing more is done to it by the next start.
    await openAs(folder, '9.9.1').close();
    expect(store.list()).toHaveLength(1);
    expect(readVersions(folder.dir)?.version).toBe('9.9.1');
  });

  it('stays as it was where the backup cannot be made', () => {
    using folder = oldFolder();
    // A file where the folder of backups has to be.
    copyFileSync(path.join(SAVED, '1.db'), path.join(folder.dir, 'backups'));
    expect(() => openAs(folder, '9.9.0')).toThrow('EEXIST');
    expect(schemaOf(folder.file)).toBe(OLD);
  });

  it('is refused by an older program, which says whose it is and names the backup', async () => {
    using folder = migrated();
    const [backup] = openBackupStore(folder.dir).list();
    const name = backup?.name ?? '';
    const journal = openTestJournal(folder.dir);
    const made = taskNumberOf(await mustCreate(journal));
    await journal.close();
    // To this program the data is now what ours is to one before the migration.
    outdate(folder, name);
    const refused = openForReading(folder.file);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'newer_schema' } });
    const message = refused.ok ? '' : refused.error.message;
    expect(message).toContain('Update to Koubou 9.9.0');
    expect(message).toContain(`koubou backup restore ${name}`);

    expect(await restoreTo(folder.dir)).toMatchObject({ ok: false, error: message });
    const restored = await mustRestore(folder.dir, { name });
    expect(restored.notes).toEqual([expect.stringContaining('left out: the 1 events after it')]);
    expect(existsSync(path.join(folder.dir, restored.aside ?? ''))).toBe(true);
    const again = openTestJournal(folder.dir);
    // What was left out had a number, which nobody else gets.
    expect(taskNumberOf(await mustCreate(again))).toBe(made + 1);
    await again.close();
    // To the next update, the one that was gone back from has never been.
    noteProgram({ dir: folder.dir, version: '9.8.0' });
    const by = readVersions(folder.dir)?.migrations.map(({ to }) => to);
    expect(by).toEqual([SCHEMA_VERSION]);
  });
});

function oldFolder(): TestFolder {
  const folder = testFolder();
  copyFileSync(path.join(SAVED, `${OLD}.db`), folder.file);
  return folder;
}

function migrated(): TestFolder {
  const folder = oldFolder();
  void openAs(folder, '9.9.0').close();
  return folder;
}

function openAs({ dir }: TestFolder, version: string) {
  const clock = testClock();
  const beforeMigration = keepBefore({ dir, version, now: clock.now });
  const opened = openJournal({ dir, clock, endOfTurn: setImmediate, beforeMigration });
  if (!opened.ok) throw new Error(opened.error.message);
  noteProgram({ dir, version });
  return opened.value;
}

/** Makes the data one schema newer than this program, with the note that the newer one would have left. */
function outdate({ dir, file }: TestFolder, backup: string): void {
  const db = openSqlite(file);
  db.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
  db.close();
  const done = { at: 0, by: '9.9.0', from: SCHEMA_VERSION, to: SCHEMA_VERSION + 1, backup };
  noteVersions(dir, { version: '9.9.0', schema: SCHEMA_VERSION + 1 }, done);
}

function schemaOf(file: string): number {
  const db = openSqlite(file, { readonly: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return version;
}
