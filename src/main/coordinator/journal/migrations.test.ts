/**
 * A database saved by every schema version opens with this build, and says what it said then. A new version gets its own:
 * a closed `koubou.db` of the last build before it, with some of everything in it.
 */
import { copyFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEW_WORKSHOP } from '../../../shared/domain/state.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { SCHEMA_VERSION } from '../db/migrate.ts';
import { must, create, openTestJournal, testFolder } from './testing.ts';
import { verifyJournal } from './verify.ts';

const SAVED = path.resolve(import.meta.dirname, '../../../../test/fixtures/db');

describe('a saved database', () => {
  it('is there for every schema version', () => {
    const versions = Array.from({ length: SCHEMA_VERSION }, (_, index) => `${index + 1}.db`);
    expect(readdirSync(SAVED).toSorted()).toEqual(versions.toSorted());
  });

  it.each(readdirSync(SAVED))('%s opens, is whole, and takes new work', async (name) => {
    using folder = testFolder();
    copyFileSync(path.join(SAVED, name), folder.file);
    const journal = openTestJournal(folder.dir);
    expect(journal.task(taskIdOf(1))).toMatchObject({
      title: 'Totals are wrong',
      body: 'Add the same item twice.\n"Quoted", 工房.',
      state: 'completed',
      change: { branch: 'koubou/x' },
    });
    expect(journal.attemptsOf(taskIdOf(1))).toMatchObject([
      { state: 'succeeded', reasons: [{ why: 'free slots' }] },
    ]);
    expect(journal.counts()).toMatchObject({
      completed: 1,
      queued: 1,
      blocked: 1,
      scheduled: 1,
      cancelled: 1,
    });
    expect(journal.agents()).toMatchObject([{ id: 'alice', connected: false }]);
    expect(journal.workshop()).toEqual({
      ...NEW_WORKSHOP,
      lastTask: 5,
      lastFence: 1,
      queuePaused: true,
    });
    await must(journal, create({ after: [taskIdOf(2)] }));
    await journal.close();
    expect(await verifyJournal(folder.file, () => Promise.resolve())).toMatchObject({ ok: true });
  });
});
