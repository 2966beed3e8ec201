/** BullMQ on a Redis of this machine for the bench of the queue: its own worker for the work, its own call for single claims. */
import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { PAYLOAD, type Rival } from './queue-rival.ts';

const NAME = 'bench';

export async function openBullmq(url: string, durability: string): Promise<Rival> {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue<typeof PAYLOAD>(NAME, { connection });
  await queue.waitUntilReady();
  const hand = new Worker(NAME, null, { connection });
  await hand.waitUntilReady();
  const add = (): Promise<unknown> => queue.add(NAME, PAYLOAD);
  return {
    ...{ name: 'BullMQ', durability },
    async one(count) {
      for (let n = 0; n < count; n++) await add();
    },
    async together(count) {
      await Promise.all(Array.from({ length: count }, add));
    },
    async bulk(count) {
      await queue.addBulk(Array.from({ length: count }, () => ({ name: NAME, data: PAYLOAD })));
    },
    hands: {
      async work(count, workers) {
        const over = Promise.withResolvers<void>();
        let done = 0;
        const worker = new Worker(NAME, async () => {}, { connection, concurrency: workers });
        worker.on('completed', () => {
          done += 1;
          if (done === count) over.resolve();
        });
        await over.promise;
        await worker.close();
      },
      async claim() {
        const token = randomUUID();
        const begun = performance.now();
        const job = await hand.getNextJob(token);
        const ms = performance.now() - begun;
        if (!job) throw new Error('nothing waits');
        await job.moveToCompleted(null, token, false);
        return ms;
      },
    },
    async close() {
      await hand.close();
      await queue.close();
    },
  };
}
