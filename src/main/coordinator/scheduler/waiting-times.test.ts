/** How long tasks waited: the same from the log, after a start, as from following it. */
import { expect, it } from 'vitest';
import type { WaitingTimes } from '../../../shared/contract-queue.ts';
import type { CommandOf } from '../../../shared/domain/command.ts';
import { COORDINATOR_RESTARTED } from '../fleet/port.ts';
import {
  ALICE,
  connect,
  must,
  mustCreate,
  openTestJournal,
  testClock,
  testFolder,
} from '../journal/testing.ts';
import { keepWaitingTimes } from './waiting-times.ts';

it('is known after a start as before it, without the time in which nothing could be given out', async () => {
  using folder = testFolder();
  const clock = testClock();
  const journal = openTestJournal(folder.dir, clock);
  const live = keepWaitingTimes(journal);
  const queued = async (): Promise<CommandOf<'task.assign'>> => {
    const taskId = await mustCreate(journal);
    await must(journal, { type: 'task.analyse', taskId, specialty: 'general' });
    return { type: 'task.assign', taskId, agentId: ALICE, reasons: [] };
  };
  await must(journal, connect(ALICE, 9));
  const soon = await queued();
  clock.advance(1_000);
  await must(journal, soon);
  const [paused, off] = [await queued(), await queued()];
  await must(journal, { type: 'queue.pause' });
  clock.advance(600_000);
  await must(journal, { type: 'queue.resume' });
  clock.advance(2_000);
  await must(journal, paused);
  clock.advance(600_000);
  await must(journal, { type: 'agent.disconnect', agentId: ALICE, why: COORDINATOR_RESTARTED });
  await must(journal, connect(ALICE, 9));
  clock.advance(3_000);
  await must(journal, off);
  const expected = { priority: 'normal', of: 3, p50Ms: 2_000, p95Ms: 5_000, withinTarget: 1 };
  expect(normal(live.of())).toMatchObject(expected);
  const again = keepWaitingTimes(journal);
  expect(again.of()).toEqual(live.of());
  clock.advance(600_000);
  await must(journal, { type: 'agent.disconnect', agentId: ALICE, why: COORDINATOR_RESTARTED });
  await must(journal, connect(ALICE, 9));
  const after = await queued();
  clock.advance(7_000);
  await must(journal, after);
  expect(normal(again.of())).toMatchObject({ of: 4, p95Ms: 7_000 });
  live.close();
  again.close();
  await journal.close();
});

function normal(times: readonly WaitingTimes[]): WaitingTimes | undefined {
  return times.find(({ priority }) => priority === 'normal');
}
