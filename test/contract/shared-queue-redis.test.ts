/** The shared queue on a real Redis keeps the contract. */
import { afterAll, beforeAll } from 'vitest';
import { levelAt } from '../../src/main/coordinator/queue/level.ts';
import type { Offer, SharedQueue, Taken } from '../../src/main/coordinator/queue/shared-port.ts';
import { queueKey, queueName } from '../../src/main/coordinator/queue/redis/keys.ts';
import { taskIdOf, type TaskId } from '../../src/shared/ids.ts';
import { startRedis, type RedisServer } from '../support/redis/server.ts';
import { isAway, isConnected, openQueue, until } from '../support/redis/shared-queue.ts';
import { sharedQueueContract, type Hands, type Taker } from './shared-queue.ts';

type HeldHere = Taken & { readonly who: Taker };

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => await server[Symbol.asyncDispose]());

sharedQueueContract<HeldHere>('shared queue on Redis', async (test) => {
  const client = server.client();
  await client.flushall();
  const queues = {
    first: await openQueue(server.url, 'tokyo'),
    second: await openQueue(server.url, 'osaka'),
    leader: await openQueue(server.url, 'london'),
  };
  try {
    await test(handsOn(queues, expire(server, queues.leader)));
  } finally {
    for (const queue of Object.values(queues)) await queue.close();
    client.disconnect();
  }
});

/** The lock runs out now, and is looked for until that is seen. */
function expire(on: RedisServer, queue: SharedQueue): (held: Taken) => Promise<void> {
  return async ({ demandKey, task, queueing }) => {
    const client = on.client();
    const name = queueName(demandKey);
    await client.del(queueKey(name, `${task}-${queueing}:lock`));
    for (let look = 0; look < 2; look += 1) {
      await client.del(queueKey(name, 'stalled-check'));
      await queue.sweep();
    }
    client.disconnect();
  };
}

function handsOn(
  queues: Record<Taker | 'leader', SharedQueue>,
  lose: (held: Taken) => Promise<void>,
): Hands<HeldHere> {
  const offers = new Map<TaskId, Offer>();
  const offerOf = (task: TaskId): Offer => {
    const offer = offers.get(task);
    if (!offer) throw new Error('it was never put');
    return offer;
  };
  return {
    async put({ priority = 'normal', needs = [] } = {}) {
      const task = taskIdOf(offers.size + 1);
      const level = levelAt(priority, 0, 0);
      const demandKey = ['command', ...needs].join(' ');
      const offer = { task, queueing: 1, demandKey, level, queuedAt: offers.size, document: task };
      offers.set(task, offer);
      await queues.leader.claim(task, task);
      await queues.leader.offer([offer]);
      return task;
    },
    putAgain: async (task) => await queues.leader.offer([offerOf(task)]),
    async take(who, count, words = []) {
      const wants = (await queues[who].waiting())
        .filter(({ demandKey }) => isWithin(demandKey, words))
        .map(({ demandKey }) => ({ demandKey, upTo: count }));
      const taken = await queues[who].take(wants, count);
      return taken.map((one) => ({ ...one, who }));
    },
    lose,
    isHeld: async (held) => (await queues[held.who].renew([held])).length === 0,
    settle: async (held) => await queues[held.who].settle(held, true),
    async giveBack(held) {
      if (!(await queues[held.who].giveBack(held))) throw new Error('it was not ours');
    },
    withdraw: async (task) => await queues.leader.withdraw(offerOf(task)),
    async restart() {
      const all = Object.values(queues);
      const noticed = all.map((queue) => until(queue, isAway));
      await server.kill();
      await Promise.all(noticed);
      await server.start();
      for (const queue of all) await until(queue, isConnected);
    },
  };
}

function isWithin(demandKey: string, words: readonly string[]): boolean {
  const [, ...needs] = demandKey.split(' ');
  return needs.every((need) => words.includes(need));
}
