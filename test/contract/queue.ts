/**
 * What every implementation of the queue must do. The journal is real: the queue is an index over its tasks, and a task that
 * the tables have must never be missing from it.
 */
import { describe, expect, it } from 'vitest';
import type { CommandOf } from '../../src/shared/domain/command.ts';
import { demandKey } from '../../src/shared/domain/demand.ts';
import type { ReadyTask } from '../../src/shared/domain/place.ts';
import { AgentId, attemptIdOf, type TaskId } from '../../src/shared/ids.ts';
import type { OpenJournal } from '../../src/main/coordinator/journal/open.ts';
import {
  connect,
  must,
  mustComplete,
  mustCreate,
  mustQueue,
  openTestJournal,
  testClock,
  testFolder,
  type TestClock,
} from '../../src/main/coordinator/journal/testing.ts';
import type { ReadyQueue } from '../../src/main/coordinator/queue/port.ts';

interface Parts {
  readonly journal: OpenJournal;
  readonly clock: TestClock;
  readonly queue: ReadyQueue;
}

/** @param open makes a queue over a journal; what it opens ends with the journal */
export function queueContract(name: string, open: (journal: OpenJournal) => ReadyQueue): void {
  async function withQueue(test: (parts: Parts) => Promise<void>): Promise<void> {
    using folder = testFolder();
    const clock = testClock();
    const journal = openTestJournal(folder.dir, clock);
    try {
      await test({ journal, clock, queue: open(journal) });
    } finally {
      await journal.close();
    }
  }

  /** The first tasks of all lanes of a demand, in the order in which they are given out. */
  const head = (queue: ReadyQueue, demand: string, count = 100): ReadyTask[] =>
    queue
      .lanes()
      .filter(({ lane }) => demandKey(lane.demand) === demand)
      .flatMap(({ key }) => queue.head(key, count))
      .toSorted((a, b) => a.rank - b.rank || a.number - b.number)
      .slice(0, count);
  const ids = (queue: ReadyQueue, demand: string, count?: number): TaskId[] =>
    head(queue, demand, count).map(({ id }) => id);

  describe(`${name}: lanes`, () => {
    it('are one per demand, priority, repository, owner and turn of what is queued, and none when nothing is', async () => {
      await withQueue(async ({ journal, queue }) => {
        expect(queue.lanes()).toEqual([]);
        await mustCreate(journal, { needs: ['unseen'] });
        await mustQueue(journal, { needs: ['gpu', 'python3'] });
        await mustQueue(journal, { needs: ['python3', 'gpu', 'gpu'] });
        await mustQueue(journal, { engine: { kind: 'claude-code' } });
        await mustQueue(journal);
        const about = { priority: 'normal', repo: '/srv/shop', owner: 'test', concurrency: [] };
        const lanes: [string, unknown][] = queue
          .lanes()
          .map(({ lane: { demand, ...rest } }) => [demandKey(demand), rest]);
        expect(lanes.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
          ['claude-code', about],
          ['command', about],
          ['command gpu python3', about],
        ]);
      });
    });

    it('lose a task when it is assigned or cancelled, and get it back when it comes back', async () => {
      await withQueue(async ({ journal, queue }) => {
        await must(journal, connect());
        const [first, second] = [await mustQueue(journal), await mustQueue(journal)];
        await assign(journal, first);
        await must(journal, { type: 'task.cancel', taskId: second, reason: 'no' });
        expect(queue.lanes()).toEqual([]);
        expect(ids(queue, 'command')).toEqual([]);
        await giveUp(journal, first, 1, 'agent_lost');
        await must(journal, { type: 'task.due', taskId: first });
        expect(ids(queue, 'command')).toEqual([first]);
      });
    });
  });

  describe(`${name}: the head of a lane`, () => {
    it('is in order of rank, then of creation, and no longer than asked', async () => {
      await withQueue(async ({ journal, clock, queue }) => {
        const low = await mustQueue(journal, { priority: 'low' });
        const normal = await mustQueue(journal);
        const other = await mustQueue(journal);
        await mustQueue(journal, { needs: ['gpu'] });
        clock.advance(1_000);
        const urgent = await mustQueue(journal, { priority: 'urgent' });
        clock.advance(24 * 60 * 60_000);
        const late = await mustQueue(journal, { priority: 'urgent' });
        expect(ids(queue, 'command')).toEqual([urgent, normal, other, low, late]);
        expect(ids(queue, 'command', 2)).toEqual([urgent, normal]);
        expect(ids(queue, 'command', 0)).toEqual([]);
        await must(journal, { type: 'task.update', taskId: low, priority: 'urgent' });
        expect(ids(queue, 'command', 1)).toEqual([low]);
      });
    });

    it('says of a task what placement asks for', async () => {
      await withQueue(async ({ journal, clock, queue }) => {
        const bob = AgentId.parse('bob');
        await must(journal, connect());
        await must(journal, connect(bob));
        const id = await mustQueue(journal, {
          repo: { url: '/srv/other', base: null },
          priority: 'low',
        });
        const ready = {
          id,
          number: 1,
          rank: clock.now(),
          demand: { engine: 'command', needs: [] },
          specialty: 'general',
          repo: '/srv/other',
          failedOn: [],
          failedWith: [],
        };
        expect(head(queue, 'command', 1)).toEqual([ready]);
        await assign(journal, id, bob);
        await giveUp(journal, id, 1, 'repo_unreachable');
        await must(journal, { type: 'task.retry', taskId: id });
        expect(head(queue, 'command', 1)).toEqual([{ ...ready, failedOn: [bob] }]);
      });
    });
  });

  describe(`${name}: what is due`, () => {
    it('are scheduled tasks and pauses before a retry, earliest first', async () => {
      await withQueue(async ({ journal, clock, queue }) => {
        const start = clock.now();
        expect(queue.nextDue()).toBeNull();
        await must(journal, connect());
        const failing = await mustQueue(journal);
        const later = await mustCreate(journal, { at: start + 9_000 });
        const sooner = await mustCreate(journal, { at: start + 2_000 });
        await assign(journal, failing);
        await giveUp(journal, failing, 1, 'internal');
        expect(queue.nextDue()).toBe(start + 2_000);
        expect(queue.due(start + 1_999, 10)).toEqual([]);
        expect(queue.due(start + 9_000, 10)).toEqual([sooner, failing, later]);
        expect(queue.due(start + 9_000, 1)).toEqual([sooner]);
        clock.advance(2_000);
        await must(journal, { type: 'task.due', taskId: sooner });
        expect(queue.nextDue()).toBe(start + 5_000);
        await must(journal, { type: 'task.cancel', taskId: failing, reason: 'no' });
        await must(journal, { type: 'task.cancel', taskId: later, reason: 'no' });
        expect(queue.nextDue()).toBeNull();
      });
    });

    it('is a blocked task only when nothing else holds it back', async () => {
      await withQueue(async ({ journal, clock, queue }) => {
        const start = clock.now();
        await must(journal, connect());
        const other = await mustQueue(journal);
        const both = await mustCreate(journal, { after: [other], at: start + 100 });
        const after = await mustCreate(journal, { after: [other] });
        expect([
          queue.nextDue(),
          queue.due(start + 100, 10),
          queue.unblockable(start + 100, 10),
        ]).toEqual([null, [], []]);
        await assign(journal, other);
        await mustComplete(journal, other);
        expect([
          queue.nextDue(),
          queue.due(start + 99, 10),
          queue.unblockable(start + 99, 10),
        ]).toEqual([start + 100, [], [after]]);
        expect([queue.due(start + 100, 10), queue.unblockable(start + 100, 10)]).toEqual([
          [both],
          [both, after],
        ]);
        expect(queue.unblockable(start + 100, 1)).toEqual([both]);
      });
    });
  });
}

async function assign(
  journal: OpenJournal,
  taskId: TaskId,
  agentId = AgentId.parse('alice'),
): Promise<void> {
  await must(journal, { type: 'task.assign', taskId, agentId, reasons: [] });
}

async function giveUp(
  journal: OpenJournal,
  taskId: TaskId,
  ordinal: number,
  code: CommandOf<'attempt.give_up'>['code'],
): Promise<void> {
  await must(journal, {
    type: 'attempt.give_up',
    attemptId: attemptIdOf(taskId, ordinal),
    code,
    message: 'gone',
  });
}
