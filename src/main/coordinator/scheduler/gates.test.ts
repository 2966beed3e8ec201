/** Lanes that are passed over as a whole, within a round and from one to the next. */
import { expect, it } from 'vitest';
import { Settings } from '../../../shared/settings.ts';
import { ALICE, connect, must, mustCreate } from '../journal/testing.ts';
import type { OpenJournal } from '../journal/open.ts';
import { isHeld } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { openWorkshop } from './testing.ts';

const SHOP = { url: '/srv/shop', base: null };
const OTHER = { url: '/srv/other', base: null };

/** Which of them agents hold. */
function heldOf(journal: OpenJournal, ids: readonly TaskId[]): boolean[] {
  return ids.map((id) => isHeld(journal.task(id)?.state ?? 'pending'));
}

it('gives out nothing of a priority or repository that is paused, until it is resumed', async () => {
  await using opened = openWorkshop();
  const { journal, start, settled } = opened;
  start();
  await must(journal, { type: 'queue.pause', scope: { priority: 'low' } });
  await must(journal, { type: 'queue.pause', scope: { repo: OTHER.url } });
  await must(journal, connect(ALICE, 9));
  const ids = [
    await mustCreate(journal, { repo: SHOP, priority: 'low' }),
    await mustCreate(journal, { repo: OTHER }),
    await mustCreate(journal, { repo: SHOP }),
  ];
  await settled();
  expect(heldOf(journal, ids)).toEqual([false, false, true]);
  await must(journal, { type: 'queue.resume', scope: { priority: 'low' } });
  await settled();
  expect(heldOf(journal, ids)).toEqual([true, false, true]);
});

it('gives out one task of a turn at a time, apart by repository', async () => {
  await using opened = openWorkshop();
  const { journal, start, settled } = opened;
  await must(journal, connect(ALICE, 9));
  const concurrency = ['path:src/api'];
  const ids = [
    await mustCreate(journal, { repo: SHOP, concurrency }),
    await mustCreate(journal, { repo: SHOP, concurrency, priority: 'low' }),
    await mustCreate(journal, { repo: SHOP, concurrency: ['all:x', ...concurrency] }),
    await mustCreate(journal, { repo: OTHER, concurrency }),
    await mustCreate(journal, { repo: OTHER, concurrency: ['all:x'] }),
    await mustCreate(journal, { repo: SHOP }),
  ];
  start();
  await settled();
  expect(heldOf(journal, ids)).toEqual([true, false, false, true, true, true]);
  const [first, , third, , fifth] = ids;
  if (!first || !third || !fifth) throw new Error('they were made');
  await must(journal, { type: 'task.cancel', taskId: first, reason: 'no' });
  await settled();
  // The third needs both turns, and one of them is held still: the second goes first.
  expect(heldOf(journal, ids)).toEqual([false, true, false, true, true, true]);
});

it('gives nobody more than the quota, and the slots to others', async () => {
  await using opened = openWorkshop();
  const { journal, start, settled, clock } = opened;
  let userRunning: number | null = 2;
  start({ settings: { current: () => Settings.parse({ queue: { userRunning } }) } });
  await must(journal, connect(ALICE, 9));
  const ids: TaskId[] = [];
  for (let n = 0; n < 4; n++) ids.push(await mustCreate(journal));
  await settled();
  expect(heldOf(journal, ids)).toEqual([true, true, false, false]);
  userRunning = null;
  clock.advance(60_000);
  await settled();
  expect(heldOf(journal, ids)).toEqual([true, true, true, true]);
});

it('goes round by round until every slot is used, however many there are', async () => {
  await using opened = openWorkshop();
  const { journal, start, settled } = opened;
  const ids = await Promise.all(Array.from({ length: 300 }, () => mustCreate(journal)));
  await must(journal, connect(ALICE, 250));
  start();
  await settled();
  expect(heldOf(journal, ids).filter(Boolean)).toHaveLength(250);
});
