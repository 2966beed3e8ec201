/** Putting tasks in the shared queue and out of it again. BullMQ keeps the order, `job-scripts.ts` says what counts. */
import { z } from 'zod';
import type { TaskId } from '../../../../shared/ids.ts';
import type { Offer, SharedQueue } from '../shared-port.ts';
import type { BullQueue } from './bull.ts';
import type { RedisClient } from './client.ts';
import type { Connection } from './connection.ts';
import { FORGET, JOB_KEYS, WAITING } from './job-scripts.ts';
import { KEYS, PREFIX, queueName } from './keys.ts';
import { run } from './script.ts';
import type { RunStep } from './steps.ts';

/** Who was away for longer learns no more how a task ended that it had heard of. */
const KEPT_S = 30 * 24 * 60 * 60;
const FORGOTTEN_AT_ONCE = 200;

const What = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const Withdrawal = z.enum(['withdrawn', 'taken', 'gone']);

/** How the job of a place in the queue is called. */
export function jobId(task: TaskId, queueing: number): string {
  return `${task}-${queueing}`;
}

type QueueOf = (client: RedisClient, name: string) => Promise<BullQueue>;
type Offers = Pick<SharedQueue, 'offer' | 'withdraw' | 'waiting' | 'sweep'>;

export function redisOffers({ ask }: Connection, queueOf: QueueOf, step: RunStep): Offers {
  async function offer(one: Offer): Promise<void> {
    const { task, queueing, demandKey, level, queuedAt, document } = one;
    const name = queueName(demandKey);
    const args = [task, queueing, name, demandKey, level, queuedAt, document];
    if (What.parse(await step('offer', args)) !== 2) return;
    await ask(async (client) => {
      await changeLevel(await queueOf(client, name), jobId(task, queueing), level);
    });
  }
  return {
    async offer(offers) {
      await Promise.all(offers.map(offer));
    },
    async withdraw({ task, queueing, demandKey }) {
      return Withdrawal.parse(await step('withdraw', [task, queueing, queueName(demandKey)]));
    },
    async waiting() {
      const answer = await ask((client) => run(client, WAITING, [KEYS.demands], [PREFIX]));
      return pairs(z.array(z.union([z.string(), z.int()])).parse(answer));
    },
    async sweep() {
      await ask(async (client) => {
        const names = await client.hkeys(KEYS.demands);
        const queues = await Promise.all(names.map((name) => queueOf(client, name)));
        await Promise.all(queues.map((queue) => queue.moveStalledJobsToWait()));
        await run(client, FORGET, JOB_KEYS, [PREFIX, '', KEPT_S, FORGOTTEN_AT_ONCE]);
      });
    },
  };
}

async function changeLevel(queue: BullQueue, id: string, level: number): Promise<void> {
  try {
    await queue.changePriority(id, level);
  } catch (error) {
    // It was taken and settled a moment ago: there is nothing to move.
    if (!(error instanceof Error) || !error.message.includes('Missing key')) throw error;
  }
}

function pairs(flat: readonly (string | number)[]): { demandKey: string; count: number }[] {
  return flat.flatMap((demandKey, at) =>
    at % 2 === 0 ? [{ demandKey: String(demandKey), count: Number(flat[at + 1]) }] : [],
  );
}
