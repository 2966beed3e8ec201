/** What becomes of tasks that wait for others: skipped down the line, let go when told so, once, over a restart too. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { taskIdOf, type TaskId } from '../../../shared/ids.ts';
import { must, mustCreate, testClock } from '../journal/testing.ts';
import { openWorkshop, type Workshop } from './testing.ts';

let workshop: Workshop;

beforeEach(() => {
  workshop = openWorkshop();
});
afterEach(() => workshop[Symbol.asyncDispose]());

/** task-2 waits for task-1, task-3 for task-2, and so on; all are skipped with what they wait for. */
async function line(length: number): Promise<void> {
  for (let n = 1; n <= length; n++)
    await mustCreate(workshop.journal, {
      after: n === 1 ? [] : [taskIdOf(n - 1)],
      upstream: 'skip',
    });
}

function cancelled(): TaskId[] {
  return workshop.journal
    .eventsAfter(0, 1_000)
    .flatMap(({ event }) => (event.type === 'task.cancelled' ? [event.taskId] : []));
}

describe('the unblocker', () => {
  it('skips all down the line, each once and with its reason', async () => {
    workshop.start();
    await line(4);
    await must(workshop.journal, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
    await workshop.settled();
    expect(cancelled()).toEqual([1, 2, 3, 4].map(taskIdOf));
    expect(workshop.journal.task(taskIdOf(3))?.cancelReason).toBe(
      'it waits for task-2, which is cancelled',
    );
  });

  it('goes on at the next start with what was left when it ended in between', async () => {
    await line(3);
    await must(workshop.journal, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
    expect(cancelled()).toEqual([taskIdOf(1)]);
    workshop.start();
    await workshop.settled();
    expect(cancelled()).toEqual([1, 2, 3].map(taskIdOf));
  });

  it('leaves those blocked that are to wait, until they are told otherwise', async () => {
    workshop.start();
    await mustCreate(workshop.journal);
    await mustCreate(workshop.journal, { after: [taskIdOf(1)] });
    await must(workshop.journal, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
    await workshop.settled();
    expect(workshop.journal.task(taskIdOf(2))?.state).toBe('blocked');
    await must(workshop.journal, { type: 'task.update', taskId: taskIdOf(2), upstream: 'skip' });
    expect(workshop.journal.task(taskIdOf(2))?.state).toBe('cancelled');
  });

  it('follows what a task waits for when that was changed, not what it waited for at first', async () => {
    const at = testClock().now() + 60_000;
    workshop.start();
    await mustCreate(workshop.journal, { at });
    await mustCreate(workshop.journal, { at });
    const third = await mustCreate(workshop.journal, { after: [taskIdOf(1)], upstream: 'skip' });
    await must(workshop.journal, { type: 'task.update', taskId: third, after: [taskIdOf(2)] });
    await must(workshop.journal, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
    await workshop.settled();
    expect(workshop.journal.task(third)?.state).toBe('blocked');
    await must(workshop.journal, { type: 'task.cancel', taskId: taskIdOf(2), reason: 'no' });
    await workshop.settled();
    expect(workshop.journal.task(third)?.state).toBe('cancelled');
  });
});
