/**
 * A Redis that dies, fails over, stands still and fills up while two sites take from it and a third one puts in: every task is
 * done, and no number is given out twice.
 */
import { expect, test } from 'vitest';
import { queueKey, queueName } from '../../src/main/coordinator/queue/redis/keys.ts';
import {
  SharedQueueError,
  type SharedQueue,
  type Taken,
} from '../../src/main/coordinator/queue/shared-port.ts';
import { taskIdOf, type TaskId } from '../../src/shared/ids.ts';
import { startSentinels } from '../support/redis/sentinels.ts';
import { startRedis, type RedisServer } from '../support/redis/server.ts';
import { isConnected, openQueue, until } from '../support/redis/shared-queue.ts';

const COUNT = 300;
const DEMAND = 'command';

interface Outcome {
  readonly done: number;
  readonly takes: number;
  readonly fences: number;
  /** Taken although it was settled and that was answered. */
  readonly again: number;
}

/** What was refused is asked again, once there is somebody to ask. */
async function insist<T>(queue: SharedQueue, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof SharedQueueError)) throw error;
      await until(queue, isConnected);
      // Full: somebody makes room meanwhile.
      await new Promise(setImmediate);
    }
  }
}

/** @param server the one that has the tasks now @param fault is done while a third of them is */
async function underLoad(
  url: string,
  server: () => RedisServer,
  fault: () => Promise<void>,
): Promise<Outcome> {
  const london = await openQueue(url, 'london');
  const takers = [await openQueue(url, 'tokyo'), await openQueue(url, 'osaka')];
  const done = new Set<TaskId>();
  const held = new Set<string>();
  const fences: number[] = [];
  let again = 0;
  const reached = Promise.withResolvers<void>();
  const put = new Set<TaskId>();
  // Nothing happens where another site leads it, or it is there: so each offers what it leads now and then.
  const offer = async (queue: SharedQueue, task: TaskId): Promise<void> => {
    const place = { task, queueing: 1, demandKey: DEMAND, level: 3, queuedAt: 1, document: '' };
    await insist(queue, () => queue.claim(task, task));
    await insist(queue, () => queue.offer([place]));
    put.add(task);
  };
  const finish = async (queue: SharedQueue, one: Taken): Promise<void> => {
    if (done.has(one.task)) again += 1;
    fences.push(one.fence);
    await insist(queue, () => queue.settle(one, true));
    held.delete(`${one.task}-${one.queueing}`);
    done.add(one.task);
    if (done.size >= COUNT / 3) reached.resolve();
  };
  const work = async (queue: SharedQueue): Promise<void> => {
    while (done.size < COUNT) {
      const taken = await insist(queue, () => queue.take([{ demandKey: DEMAND, upTo: 4 }], 4));
      for (const { task, queueing } of taken) held.add(`${task}-${queueing}`);
      await Promise.all(taken.map((one) => finish(queue, one)));
      if (taken.length > 0) continue;
      await insist(london, () => expireOrphans(server(), london, held));
      for (const task of put)
        if (!done.has(task) && !held.has(`${task}-1`))
          for (const one of [london, ...takers]) await offer(one, task);
    }
  };
  try {
    for (let number = 1; number <= COUNT / 2; number += 1) await offer(london, taskIdOf(number));
    const putting = (async () => {
      await reached.promise;
      for (let number = COUNT / 2 + 1; number <= COUNT; number += 1)
        await offer(london, taskIdOf(number));
    })();
    await Promise.all([...takers.map(work), reached.promise.then(fault), putting]);
    return { done: done.size, takes: fences.length, fences: new Set(fences).size, again };
  } finally {
    for (const queue of [london, ...takers]) await queue.close();
  }
}

/** The locks of what nobody knows to have taken run out now, not in half a minute. */
async function expireOrphans(
  server: RedisServer,
  queue: SharedQueue,
  held: ReadonlySet<string>,
): Promise<void> {
  const client = server.client();
  const name = queueName(DEMAND);
  try {
    for (const id of await client.lrange(queueKey(name, 'active'), 0, -1))
      if (!held.has(id)) await client.del(queueKey(name, `${id}:lock`));
    await client.del(queueKey(name, 'stalled-check'));
    await queue.sweep();
  } finally {
    client.disconnect();
  }
}

const ALL_DONE = { done: COUNT, twice: 0, again: 0 };

function verdictOf({ done, takes, fences, again }: Outcome): typeof ALL_DONE {
  return { done, twice: takes - fences, again };
}

test('killed twice, and started again from its disk', async () => {
  await using server = await startRedis();
  const outcome = await underLoad(
    server.url,
    () => server,
    async () => {
      for (let time = 0; time < 2; time += 1) {
        await server.kill();
        await server.start();
      }
    },
  );
  expect(verdictOf(outcome)).toEqual(ALL_DONE);
});

test('failed over by its sentinels', async () => {
  await using trio = await startSentinels();
  let now = trio.master;
  const outcome = await underLoad(
    trio.url,
    () => now,
    async () => {
      now = trio.copy;
      await trio.master.kill();
    },
  );
  // What the copy had not heard yet may be asked for again, under another number.
  expect({ ...verdictOf(outcome), again: 0 }).toEqual(ALL_DONE);
});

test('standing still, first for all commands, then as a whole', async () => {
  await using server = await startRedis();
  const outcome = await underLoad(
    server.url,
    () => server,
    async () => {
      const client = server.client();
      await client.call('CLIENT', 'PAUSE', '1000', 'ALL');
      await client.call('DEBUG', 'SLEEP', '1');
      client.disconnect();
    },
  );
  expect(verdictOf(outcome)).toEqual(ALL_DONE);
});

test('full, until somebody makes room', async () => {
  await using server = await startRedis();
  const outcome = await underLoad(
    server.url,
    () => server,
    async () => {
      const client = server.client();
      await client.config('SET', 'maxmemory', '1');
      const probe = await openQueue(server.url, 'paris');
      // Whoever comes now is told, too.
      expect(probe.state()).toMatchObject({ kind: 'connected' });
      await expect(probe.nextFence()).rejects.toMatchObject({ trouble: 'full' });
      await probe.close();
      await client.config('SET', 'maxmemory', '0');
      client.disconnect();
    },
  );
  expect(verdictOf(outcome)).toEqual(ALL_DONE);
});
