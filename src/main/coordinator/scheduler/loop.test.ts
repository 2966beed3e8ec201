/** The scheduling loop: what is placed where, when, and what a wake-up costs. */
import { describe, expect, it } from 'vitest';
import { AgentId, attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { ALICE, connect, must, mustCreate, mustQueue } from '../journal/testing.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { Settings } from '../../../shared/settings.ts';
import { startLoop } from './loop.ts';
import { NO_LOAD, NO_SUPPLY, openWorkshop, placingFor } from './testing.ts';

const BOB = AgentId.parse('bob');

/** What the loop asks of others, where a test has nothing to say of it. */
const OUTSIDE = {
  fleet: NO_LOAD,
  supply: NO_SUPPLY,
  settings: { current: () => Settings.parse({}) },
  repoKey: (url: string) => url,
};

describe('a new task', () => {
  it('is analysed, queued and assigned to a free agent, with the reasons', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start({
      fleet: { ...NO_LOAD, repos: (id) => new Set(id === BOB ? ['key of /srv/shop'] : []) },
    });
    await must(journal, connect(ALICE));
    await must(journal, connect(BOB));
    const id = await mustCreate(journal, { title: 'Fix the SQL query' });
    expect(await until(id, 'assigned')).toBe('assigned');
    expect(journal.task(id)?.specialty).toBe('database');
    const attempt = journal.attempt(attemptIdOf(id, 1));
    expect(attempt?.agentId).toBe(BOB);
    expect(attempt?.reasons[0]?.why).toContain('repository in cache');
  });

  it('goes to the agent with the quicker link, where nothing else speaks for one', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const calm = { cpu: 0, memoryUsedBytes: 0, memoryBytes: 1, diskFreeBytes: 1, load1: 0 };
    start({
      fleet: { ...NO_LOAD, vitals: (id) => ({ ...calm, latencyMs: id === ALICE ? 180 : 5 }) },
    });
    await must(journal, connect(ALICE));
    await must(journal, connect(BOB));
    const id = await mustCreate(journal);
    await until(id, 'assigned');
    expect(journal.attempt(attemptIdOf(id, 1))?.agentId).toBe(BOB);
  });

  it('that was there before the reactors is not forgotten', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    await must(journal, connect(ALICE));
    const id = await mustCreate(journal);
    start();
    expect(await until(id, 'assigned')).toBe('assigned');
  });

  it('waits for a slot, and gets the first that becomes free', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start();
    await must(journal, connect(ALICE));
    const first = await mustCreate(journal);
    expect(await until(first, 'assigned')).toBe('assigned');
    const second = await mustCreate(journal);
    expect(await until(second, 'queued')).toBe('queued');
    await must(journal, { type: 'task.cancel', taskId: first, reason: 'no' });
    expect(await until(second, 'assigned')).toBe('assigned');
  });

  it('waits for an agent that can take it, while others pass', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start();
    await must(journal, connect(ALICE));
    const picky = await mustCreate(journal, { needs: ['gpu'], priority: 'urgent' });
    const easy = await mustCreate(journal, { priority: 'low' });
    expect(await until(easy, 'assigned')).toBe('assigned');
    await opened.settled();
    expect(journal.task(picky)?.state).toBe('queued');
    await must(journal, connect(BOB, 1, ['gpu']));
    expect(await until(picky, 'assigned')).toBe('assigned');
    expect(journal.attempt(attemptIdOf(picky, 1))?.agentId).toBe(BOB);
  });

  it.each([
    ['the queue is paused', { type: 'queue.pause' }, { type: 'queue.resume' }],
    [
      'its agent is draining',
      { type: 'agent.drain', agentId: ALICE, draining: true },
      { type: 'agent.drain', agentId: ALICE, draining: false },
    ],
    [
      'its agent is overloaded',
      { type: 'agent.load', agentId: ALICE, overloaded: true },
      { type: 'agent.load', agentId: ALICE, overloaded: false },
    ],
    [
      'its agent is gone',
      { type: 'agent.disconnect', agentId: ALICE, why: 'gone' },
      connect(ALICE),
    ],
  ] as const)('waits while %s', async (_, hold, release) => {
    await using opened = openWorkshop();
    const { journal, start, until, settled } = opened;
    start();
    await must(journal, connect(ALICE));
    await must(journal, hold);
    const id = await mustCreate(journal);
    await settled();
    expect(journal.task(id)?.state).toBe('queued');
    await must(journal, release);
    expect(await until(id, 'assigned')).toBe('assigned');
  });

  it('is taken in order of rank when many wait', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const ids = await Promise.all(
      (['low', 'normal', 'urgent', 'high'] as const).map((priority) =>
        mustCreate(journal, { priority }),
      ),
    );
    await must(journal, { type: 'queue.pause' });
    start();
    expect(await until(ids[3] ?? taskIdOf(1), 'queued')).toBe('queued');
    await must(journal, connect(ALICE, 2));
    await must(journal, { type: 'queue.resume' });
    expect(await until(taskIdOf(4), 'assigned')).toBe('assigned');
    expect(ids.map((id) => journal.task(id)?.state)).toEqual([
      'queued',
      'queued',
      'assigned',
      'assigned',
    ]);
  });
});

describe('the cost of a wake-up', () => {
  it('is no look into lines that no connected agent can serve, however many wait there', async () => {
    await using opened = openWorkshop();
    const { journal, queue, start, until } = opened;
    await Promise.all(
      Array.from({ length: 300 }, async (_, n) => {
        const taskId = await mustCreate(journal, { needs: [`machine-${n % 7}`] });
        await must(journal, { type: 'task.analyse', taskId, specialty: 'general' });
      }),
    );
    const asked: string[] = [];
    const watched: ReadyQueue = {
      ...queue,
      head(key, count) {
        asked.push(`${key}: ${count}`);
        return queue.head(key, count);
      },
    };
    start({ queue: watched });
    await must(journal, connect(ALICE, 3));
    const id = await mustCreate(journal);
    expect(await until(id, 'assigned')).toBe('assigned');
    expect(new Set(asked)).toEqual(new Set([`["command","normal","/srv/shop","test"]: 2`]));
  });

  it('is nothing at all while no agent has a free slot', async () => {
    await using opened = openWorkshop();
    const { journal, queue, clock, settled } = opened;
    let looked = 0;
    const lanes = (): ReturnType<ReadyQueue['lanes']> => {
      looked += 1;
      return queue.lanes();
    };
    const placing = placingFor(journal);
    const loop = startLoop({ ...OUTSIDE, journal, clock, placing, queue: { ...queue, lanes } });
    const id = await mustQueue(journal);
    await settled();
    expect(journal.task(id)?.state).toBe('queued');
    expect(looked).toBe(0);
    await must(journal, connect(ALICE));
    expect(await opened.until(id, 'assigned')).toBe('assigned');
    loop.close();
  });
});
