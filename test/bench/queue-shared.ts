/**
 * The queue of several coordinators for the bench, asked as a coordinator asks it: a task is led before it is offered, is taken with a number of its own, and
 * ends with its place and its leader. So it does more than the bare BullMQ that it stands on; one journal would come on top of it at each coordinator.
 */
import { taskIdOf } from '../../src/shared/ids.ts';
import type { Offer, Taken } from '../../src/main/coordinator/queue/shared-port.ts';
import { isConnected, openQueue, until } from '../support/redis/shared-queue.ts';
import { PAYLOAD, type Rival } from './queue-rival.ts';

const DEMAND = 'command';
const LEVEL = 500;
/** Reserved at once; more than a turn puts in. */
const FENCES = 4_096;
const DOCUMENT = JSON.stringify(PAYLOAD);

export async function openShared(url: string, durability: string): Promise<Rival> {
  const queue = await openQueue(url);
  await until(queue, isConnected);
  await queue.join();
  let last = 0;
  let number = 0;
  let reserved = 0;

  /** All in one turn, as after a commit that made so many. The numbers were had before, many at a time, as a coordinator has them. */
  async function put(count: number): Promise<void> {
    const first = last + 1;
    last += count;
    if (number + count > reserved) {
      number = await queue.fences(FENCES);
      reserved = number + FENCES;
    }
    const offers = Array.from({ length: count }, (_, index): Offer => {
      const task = taskIdOf(first + index);
      const at = { queueing: 1, demandKey: DEMAND, level: LEVEL, queuedAt: first + index };
      return { task, ...at, document: DOCUMENT };
    });
    const led = offers.map(({ task }, index) => queue.lead(task, task, number + index));
    number += count;
    await Promise.all([...led, queue.offer(offers)]);
  }

  async function claim(count: number): Promise<readonly Taken[]> {
    const taken = await queue.take([{ demandKey: DEMAND, upTo: count }], count);
    if (taken.length === 0) throw new Error('nothing waits');
    return taken;
  }

  async function complete(taken: readonly Taken[]): Promise<void> {
    await Promise.all(
      taken.flatMap((one) => [queue.settle(one, true), queue.end(one.task, one.lead.leadFence)]),
    );
  }

  return {
    ...{ name: 'Koubou, Redis', durability, together: put, bulk: put },
    async one(count) {
      for (let n = 0; n < count; n++) await put(1);
    },
    hands: {
      // What ends and what comes next go together, as in BullMQ's worker.
      async work(count, workers) {
        let taken = await claim(Math.min(workers, count));
        for (let left = count - taken.length; taken.length > 0;) {
          const more = Math.min(workers, left);
          const [next] = await Promise.all([more > 0 ? claim(more) : [], complete(taken)]);
          taken = next;
          left -= next.length;
        }
      },
      async claim() {
        const begun = performance.now();
        const taken = await claim(1);
        const ms = performance.now() - begun;
        await complete(taken);
        return ms;
      },
    },
    close: () => queue.close(),
  };
}
