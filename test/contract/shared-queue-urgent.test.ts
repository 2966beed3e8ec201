/** A coordinator whose agents are full takes an urgent task from a shared queue where a low one can make room for it; a real Redis. */
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ALICE, connect, must, mustCreate } from '../../src/main/coordinator/journal/testing.ts';
import { openWorkshop, type Workshop } from '../../src/main/coordinator/scheduler/testing.ts';
import { openSites } from '../../src/main/coordinator/sites/sites.ts';
import type { Priority } from '../../src/shared/domain/task.ts';
import { attemptIdOf, type TaskId } from '../../src/shared/ids.ts';
import { ok } from '../../src/shared/result.ts';
import { startRedis } from '../support/redis/server.ts';
import { isConnected, openQueue, until } from '../support/redis/shared-queue.ts';

async function shareQueue({ journal, queue, clock }: Workshop, address: string, name: string) {
  const sites = await openSites({
    ...{ journal, embedded: queue, clock, address, name, hostname: 'x', secret: name },
    conditions: { set() {}, clear() {} },
    log: pino({ level: 'silent' }),
    keep: () => ok(undefined),
  });
  if (!sites.ok) throw new Error(sites.error);
  return sites.value;
}

async function works(workshop: Workshop, priority: Priority): Promise<TaskId> {
  const { journal } = workshop;
  const id = await mustCreate(journal, { priority });
  await workshop.until(id, 'assigned');
  const attemptId = attemptIdOf(id, 1);
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  const report = { kind: 'started' } as const;
  await must(journal, { type: 'attempt.report', agentId: ALICE, attemptId, fence, seq: 1, report });
  return id;
}

it('an urgent task gets the slot of a low one, and what is not urgent waits for others', async () => {
  await using redis = await startRedis();
  await using opened = openWorkshop();
  const { journal } = opened;
  await using other = openWorkshop();
  const tokyo = await shareQueue(opened, redis.url, 'tokyo');
  const osaka = await shareQueue(other, redis.url, 'osaka');
  const london = await openQueue(redis.url, 'london');
  await until(london, isConnected);
  await london.join();
  opened.start({ queue: tokyo.queue });
  other.start({ queue: osaka.queue });
  await must(journal, connect(ALICE, 1));
  const low = await works(opened, 'low');
  const normal = await mustCreate(journal, { priority: 'normal' });
  // Made where nobody works: tokyo hears of it from the queue alone.
  const urgent = await mustCreate(other.journal, { priority: 'urgent' });
  // Tokyo may find it with its own offer, before its next look.
  const isTaken = (): boolean => journal.task(urgent)?.state === 'assigned';
  while ((await london.waiting())[0]?.count !== 2 && !isTaken()) await new Promise(setImmediate);
  opened.clock.advance(5_000);
  await opened.until(urgent, 'assigned');
  expect(journal.attempt(attemptIdOf(low, 1))?.yieldedTo?.taskId).toBe(urgent);
  expect(journal.task(normal)?.state).toBe('queued');
  // Nobody here holds it: another coordinator has it at once.
  const [waits] = await london.waiting();
  const taken = waits ? await london.take([{ demandKey: waits.demandKey, upTo: 9 }], 9) : [];
  expect(taken.map(({ task }) => task)).toEqual([normal]);
  await london.close();
  await osaka.close();
  await tokyo.close();
});
