/** Finding tasks among all there are, against a real journal. */
import { assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check';
import { expect, it } from 'vitest';
import { PRIORITIES, type Task } from '../../../shared/domain/task.ts';
import { taskIdOf, taskNumberOf } from '../../../shared/ids.ts';
import {
  NEWEST_CHANGE,
  SORT_KEYS,
  type Place,
  type TaskFilter,
} from '../../../shared/task-filter.ts';
import {
  ALICE,
  connect,
  must,
  mustCreate,
  mustQueue,
  openTestJournal,
  testFolder,
} from '../journal/testing.ts';
import { createTaskSearch, type TaskSearch } from './task-search.ts';

const TITLES = ['Round the total', 'Sort the cart', 'カートを並べ替える', 'round the CART total'];

async function numbers(search: TaskSearch, filter: Partial<TaskFilter>): Promise<number[]> {
  const query = { filter: { words: [], ...filter }, order: NEWEST_CHANGE, limit: 50 };
  return (await search.find(query)).tasks
    .map(({ id }) => taskNumberOf(id))
    .toSorted((a, b) => a - b);
}

it('finds by words and by what a task is, and hears of every change', async () => {
  using folder = testFolder();
  const journal = openTestJournal(folder.dir);
  for (const title of TITLES) await mustCreate(journal, { title });
  const search = createTaskSearch(journal);
  expect(await numbers(search, { words: ['total', 'round'] })).toEqual([1, 4]);
  expect(await numbers(search, { words: ['カート'] })).toEqual([3]);
  expect(await numbers(search, { words: ['task-2'] })).toEqual([2]);
  expect(await numbers(search, { priority: 'urgent' })).toEqual([]);

  await must(journal, { type: 'task.update', taskId: taskIdOf(2), priority: 'urgent' });
  await must(journal, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
  await mustCreate(journal, { title: 'Total of all' });
  expect(await numbers(search, { priority: 'urgent' })).toEqual([2]);
  expect(await numbers(search, { states: ['cancelled'] })).toEqual([1]);
  expect(await numbers(search, { words: ['total'] })).toEqual([1, 4, 5]);
  search.close();
  await journal.close();
});

it('finds what an agent had last', async () => {
  using folder = testFolder();
  const journal = openTestJournal(folder.dir);
  await must(journal, connect(ALICE, 2));
  await mustQueue(journal);
  const taskId = await mustQueue(journal);
  await must(journal, { type: 'task.assign', taskId, agentId: ALICE, reasons: [] });
  const search = createTaskSearch(journal);
  const query = { filter: { words: [] }, order: NEWEST_CHANGE, limit: 9 };
  const found = await search.find({ ...query, agent: ALICE });
  expect(found.tasks.map(({ id }) => id)).toEqual([taskId]);
  search.close();
  await journal.close();
});

it('goes through all pages in order, without gaps or repeats, whatever the order', async () => {
  using folder = testFolder();
  const journal = openTestJournal(folder.dir);
  const count = 23;
  for (let n = 0; n < count; n++) {
    const [title, priority] = [TITLES[n % 4] ?? '', PRIORITIES[(n * 7) % 4] ?? 'low'];
    await mustCreate(journal, { title, priority });
  }
  const search = createTaskSearch(journal);
  const orders = record({ by: constantFrom(...SORT_KEYS), isDown: boolean() });
  await assert(
    asyncProperty(orders, integer({ min: 1, max: 9 }), async (order, limit) => {
      const all: Task[] = [];
      let after: Place | undefined;
      for (let more = true; more;) {
        const page = await search.find({ filter: { words: [] }, order, limit, after });
        expect(page.total).toBe(count);
        all.push(...page.tasks);
        after = page.next ?? undefined;
        more = page.next !== null;
      }
      const whole = await search.find({ filter: { words: [] }, order, limit: 99 });
      expect(all.map(({ id }) => id)).toEqual(whole.tasks.map(({ id }) => id));
      expect(new Set(all.map(({ id }) => id)).size).toBe(count);
      if (order.by !== 'priority') return;
      const ranks = all.map(({ priority }) => PRIORITIES.indexOf(priority));
      expect(ranks).toEqual(ranks.toSorted((a, b) => (order.isDown ? a - b : b - a)));
    }),
    { numRuns: 30 },
  );
  search.close();
  await journal.close();
});
