/** An issue becomes one task: found by its address, in the same commit and in the tables, and free again when that ended. */
import { expect, it } from 'vitest';
import type { Origin } from '../../../shared/domain/origin.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { create, must, openTestJournal, testFolder } from './testing.ts';
import { verifyJournal } from './verify.ts';

const AS = { actor: 'test' };
const ISSUE: Origin = {
  forge: 'github',
  url: 'https://github.com/acme/shop/issues/12',
  ref: 'acme/shop#12',
};

it('refuses a second task of an open one in the same commit, and says which', async () => {
  using folder = testFolder();
  const journal = openTestJournal(folder.dir);
  const [first, second, other] = await Promise.all([
    journal.submit(create({ origin: ISSUE }), AS),
    journal.submit(create({ origin: ISSUE }), AS),
    journal.submit(create({ origin: { ...ISSUE, url: `${ISSUE.url}3` } }), AS),
  ]);
  expect([first.ok, other.ok]).toEqual([true, true]);
  expect(second).toMatchObject({
    ok: false,
    error: { code: 'duplicate', details: { id: 'task-1', origin: ISSUE.url } },
  });
  await journal.close();
});

it('remembers it over a restart, until the task ends or another is asked for', async () => {
  using folder = testFolder();
  const before = openTestJournal(folder.dir);
  await must(before, create({ origin: ISSUE }));
  await before.close();

  const journal = openTestJournal(folder.dir);
  expect(journal.task(taskIdOf(1))?.origin).toEqual(ISSUE);
  expect(await journal.submit(create({ origin: ISSUE }), AS)).toMatchObject({ ok: false });
  await must(journal, create({ origin: ISSUE, again: true }));
  await must(journal, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
  expect(await journal.submit(create({ origin: ISSUE }), AS)).toMatchObject({ ok: false });
  // Ended in the very commit that makes the next one.
  const [, next] = await Promise.all([
    journal.submit({ type: 'task.cancel', taskId: taskIdOf(2), reason: 'no' }, AS),
    journal.submit(create({ origin: ISSUE }), AS),
  ]);
  expect(next.ok).toBe(true);
  expect(journal.tasksOf(ISSUE.url).map(({ id }) => id)).toEqual(['task-3', 'task-2', 'task-1']);
  await journal.close();
  expect(await verifyJournal(folder.file, () => Promise.resolve())).toMatchObject({ ok: true });
});
