/** What is read: lists, pages, timelines, and the bounded snapshot. */
import { describe, expect, it } from 'vitest';
import { AgentId, taskIdOf, taskNumberOf } from '../../../shared/ids.ts';
import type { Task } from '../../../shared/domain/task.ts';
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
} from './testing.ts';

const numbers = (tasks: readonly Task[]): number[] => tasks.map(({ id }) => taskNumberOf(id));

describe('a list of tasks', () => {
  it('is newest first, page after page, without gaps or repeats', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    for (let n = 0; n < 7; n++) await mustCreate(journal);
    const first = journal.tasks({ limit: 3 });
    const second = journal.tasks({ limit: 3, before: 5 });
    const third = journal.tasks({ limit: 3, before: 2 });
    expect([first, second, third].map(numbers)).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    await journal.close();
  });

  it('can be of one state, and of those whose titles hold all words', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const titles = ['Fix the total', 'Fix 100% of the cart', 'A total_cart', 'fix TOTAL cart'];
    for (const title of titles) await mustCreate(journal, { title });
    await mustQueue(journal, { title: 'fix the total cart' });
    const find = (q: string, state?: 'pending'): number[] =>
      numbers(journal.tasks({ limit: 10, q, state }));
    expect(find('fix total')).toEqual([5, 4, 1]);
    expect(find('fix total', 'pending')).toEqual([4, 1]);
    expect(find(' 100% ')).toEqual([2]);
    expect(find('l_c')).toEqual([3]);
    expect(find(String.raw`\ '"`)).toEqual([]);
    expect(find('   ', 'pending')).toEqual([4, 3, 2, 1]);
    await journal.close();
  });
});

describe('the attempts of an agent', () => {
  it('are its own only, newest first, with why it was chosen', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const bob = AgentId.parse('bob');
    await must(journal, connect(ALICE, 3));
    await must(journal, connect(bob));
    const reasons = [{ agentId: ALICE, score: 1, parts: {}, why: 'free' }];
    for (const agentId of [ALICE, bob, ALICE, ALICE]) {
      const taskId = await mustQueue(journal);
      await must(journal, { type: 'task.assign', taskId, agentId, reasons });
    }
    const found = journal.attemptsBy(ALICE, 2);
    expect(found.map(({ id, agentId }) => [id, agentId])).toEqual([
      ['task-4.1', 'alice'],
      ['task-3.1', 'alice'],
    ]);
    expect(found[0]?.reasons).toEqual(reasons);
    expect(journal.attemptsBy(bob, 9).map(({ id }) => id)).toEqual(['task-2.1']);
    await journal.close();
  });
});

describe('events', () => {
  it('are read after a number, of all or of one task', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const one = await mustCreate(journal);
    await mustQueue(journal);
    await must(journal, { type: 'task.analyse', taskId: one, specialty: 'general' });
    const seqs = (events: readonly { seq: number }[]): number[] => events.map(({ seq }) => seq);
    expect(seqs(journal.eventsAfter(0, 100))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(seqs(journal.eventsAfter(3, 2))).toEqual([4, 5]);
    expect(seqs(journal.taskEvents(one, 0, 100))).toEqual([1, 6, 7, 8]);
    expect(seqs(journal.taskEvents(one, 6, 1))).toEqual([7]);
    expect(journal.eventsAfter(8, 100)).toEqual([]);
    await journal.close();
  });
});

describe('what a reactor looks for', () => {
  it('is found: tasks in a state from the lowest number, and those that wait for another', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const [one, two] = [await mustCreate(journal), await mustCreate(journal)];
    const both = await mustCreate(journal, { after: [two, one, two] });
    const cancelled = await mustCreate(journal, { after: [one] });
    await must(journal, { type: 'task.cancel', taskId: cancelled, reason: 'no' });
    expect(numbers(journal.inState('pending', 10))).toEqual([1, 2]);
    expect(numbers(journal.inState('pending', 1))).toEqual([1]);
    expect(journal.blockedBy(one)).toEqual([both]);
    expect(journal.blockedBy(both)).toEqual([]);
    await journal.close();
  });
});

describe('a snapshot', () => {
  it('holds the state at one sequence number, with the attempts of its tasks', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    await must(journal, connect());
    const id = await mustQueue(journal);
    await must(journal, { type: 'task.assign', taskId: id, agentId: ALICE, reasons: [] });
    const snapshot = journal.snapshot();
    expect(snapshot).toMatchObject({
      seq: journal.seq(),
      tasks: [{ id, state: 'assigned' }],
      attempts: [{ taskId: id, state: 'assigned' }],
      agents: [{ id: ALICE, running: [`${id}.1`] }],
      workshop: { lastTask: 1, lastFence: 1, queuePaused: false, stopped: null },
      counts: { assigned: 1, queued: 0 },
    });
    await journal.close();
  });

  it('is bounded: the newest that live, and the latest that ended', async () => {
    using folder = testFolder();
    const clock = testClock();
    const journal = openTestJournal(folder.dir, clock);
    await Promise.all(
      Array.from({ length: 2_301 }, () => journal.submit(create(), { actor: 'test' })),
    );
    const cancel = async (number: number): Promise<unknown> =>
      journal.submit(
        { type: 'task.cancel', taskId: taskIdOf(number), reason: 'no' },
        { actor: 'test' },
      );
    await Promise.all(Array.from({ length: 200 }, (_, n) => cancel(n + 100)));
    clock.advance(1);
    await cancel(1);
    const { tasks, counts } = journal.snapshot();
    const live = tasks.filter(({ state }) => state === 'pending');
    const ended = tasks.filter(({ state }) => state === 'cancelled');
    expect([live.length, numbers(live)[0], numbers(live).at(-1)]).toEqual([2_000, 2_301, 302]);
    // Task 1 ended last; task 100, the oldest of those that ended before, had to go.
    expect([ended.length, numbers(ended)[0], numbers(ended).at(-1)]).toEqual([200, 1, 101]);
    expect(counts).toMatchObject({ pending: 2_100, cancelled: 201 });
    await journal.close();
  });
});
