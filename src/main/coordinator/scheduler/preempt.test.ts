/** Urgent tasks that find every agent full, on a real journal and queue. */
import { describe, expect, it } from 'vitest';
import { attemptIdOf, type TaskId } from '../../../shared/ids.ts';
import type { Priority } from '../../../shared/domain/task.ts';
import { ALICE, connect, must, mustCreate } from '../journal/testing.ts';
import { NO_LOAD, openWorkshop, type Workshop } from './testing.ts';

async function works(workshop: Workshop, priority: Priority): Promise<TaskId> {
  const { journal, until } = workshop;
  const id = await mustCreate(journal, { priority });
  await until(id, 'assigned');
  const attemptId = attemptIdOf(id, 1);
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  const report = { kind: 'started' } as const;
  await must(journal, { type: 'attempt.report', agentId: ALICE, attemptId, fence, seq: 1, report });
  return id;
}

function standsStillFor(workshop: Workshop, id: TaskId): TaskId | undefined {
  return workshop.journal.attempt(attemptIdOf(id, 1))?.yieldedTo?.taskId;
}

describe('an urgent task that finds every agent full', () => {
  it('gets the slot of the newest low one, which goes on when it is done', async () => {
    await using opened = openWorkshop();
    const { journal, start, until, settled } = opened;
    start();
    await must(journal, connect(ALICE, 2));
    const old = await works(opened, 'low');
    const low = await works(opened, 'low');
    const urgent = await mustCreate(journal, { priority: 'urgent' });
    await until(urgent, 'assigned');
    expect(standsStillFor(opened, low)).toBe(urgent);
    expect(standsStillFor(opened, old)).toBeUndefined();
    // Its slot is the urgent one's: nobody else may come in between.
    const normal = await mustCreate(journal, { priority: 'normal' });
    await must(journal, { type: 'task.cancel', taskId: urgent, reason: 'done' });
    await settled();
    expect(standsStillFor(opened, low)).toBeUndefined();
    expect(journal.task(normal)?.state).toBe('queued');
  });

  it('waits where all work is normal, or the agent knows no such thing', async () => {
    await using opened = openWorkshop();
    const { journal, start, settled } = opened;
    start({ fleet: { ...NO_LOAD, makesRoom: () => false } });
    await must(journal, connect(ALICE, 1));
    await works(opened, 'low');
    const urgent = await mustCreate(journal, { priority: 'urgent' });
    await settled();
    expect(journal.task(urgent)?.state).toBe('queued');

    await using other = openWorkshop();
    other.start();
    await must(other.journal, connect(ALICE, 1));
    await works(other, 'normal');
    const waits = await mustCreate(other.journal, { priority: 'urgent' });
    await other.settled();
    expect(other.journal.task(waits)?.state).toBe('queued');
  });

  it('makes room for as many urgent ones as there are low ones, and no more; a restart changes nothing', async () => {
    await using opened = openWorkshop();
    const { journal, start, until, settled } = opened;
    const scheduler = start();
    await must(journal, connect(ALICE, 1));
    const low = await works(opened, 'low');
    const first = await mustCreate(journal, { priority: 'urgent' });
    const second = await mustCreate(journal, { priority: 'urgent' });
    await until(first, 'assigned');
    await settled();
    expect(journal.task(second)?.state).toBe('queued');
    scheduler.close();
    start();
    await must(journal, { type: 'task.cancel', taskId: first, reason: 'done' });
    await until(second, 'assigned');
    expect(standsStillFor(opened, low)).toBe(first);
    await must(journal, { type: 'task.cancel', taskId: second, reason: 'done' });
    await settled();
    expect(standsStillFor(opened, low)).toBeUndefined();
  });
});
