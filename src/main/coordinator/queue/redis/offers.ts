/** Putting tasks in the shared queue and out of it again. BullMQ keeps the order, `job-scripts.ts` says what counts. */
import { z } from 'zod';
import type { SiteId, TaskId } from '../../../../shared/ids.ts';
import type { Offer, SharedQueue } from '../shared-port.ts';
import type { BullQueue } from './bull.ts';
import type { RedisClient } from './client.ts';
import type { Connection } from './connection.ts';
import { JOB_KEYS, OFFER, WAITING, WITHDRAW } from './job-scripts.ts';
import { KEYS, PREFIX, queueName } from './keys.ts';
import { run } from './script.ts';

/** So many tasks are offered in one step: Redis does nothing else meanwhile. */
const AT_ONCE = 250;

const What = z.array(z.union([z.literal(0), z.literal(1), z.literal(2)]));
const Withdrawal = z.enum(['withdrawn', 'taken', 'gone']);

/** How the job of a place in the queue is called. */
export function jobId(task: TaskId, queueing: number): string {
  return `${task}-${queueing}`;
}

type QueueOf = (client: RedisClient, name: string) => Promise<BullQueue>;
type Offers = Pick<SharedQueue, 'offer' | 'withdraw' | 'waiting' | 'sweep'>;

export function redisOffers({ ask }: Connection, site: SiteId, queueOf: QueueOf): Offers {
  return {
    async offer(offers) {
      for (let at = 0; at < offers.length; at += AT_ONCE) {
        const some = offers.slice(at, at + AT_ONCE);
        await ask((client) => offerSome(client, queueOf, site, some));
      }
    },
    async withdraw({ task, queueing, demandKey }) {
      const args = [PREFIX, site, task, queueing, queueName(demandKey)];
      return Withdrawal.parse(await ask((client) => run(client, WITHDRAW, JOB_KEYS, args)));
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
      });
    },
  };
}

async function offerSome(
  client: RedisClient,
  queueOf: QueueOf,
  site: SiteId,
  offers: readonly Offer[],
): Promise<void> {
  const args = offers.flatMap(({ task, queueing, demandKey, level, document }) => [
    task,
    queueing,
    queueName(demandKey),
    demandKey,
    level,
    document,
  ]);
  const what = What.parse(await run(client, OFFER, JOB_KEYS, [PREFIX, site, ...args]));
  const byQueue = Map.groupBy(
    offers.map((offer, index) => ({ offer, what: what[index] })),
    ({ offer }) => queueName(offer.demandKey),
  );
  await Promise.all(
    [...byQueue].map(async ([name, some]) => {
      const queue = await queueOf(client, name);
      const added = some.filter((one) => one.what === 1).map(({ offer }) => jobOf(offer));
      const moved = some.filter((one) => one.what === 2).map(({ offer }) => offer);
      if (added.length > 0) await queue.addJobs(added);
      await Promise.all(
        moved.map(({ task, queueing, level }) => changeLevel(queue, jobId(task, queueing), level)),
      );
    }),
  );
}

function jobOf({ task, queueing, level, queuedAt }: Offer): Parameters<BullQueue['addJobs']>[0][0] {
  const id = jobId(task, queueing);
  return {
    jobId: id,
    job: {
      id,
      name: 'task',
      data: '{}',
      opts: { priority: level, timestamp: queuedAt },
      progress: 0,
      attemptsMade: 0,
      attemptsStarted: 0,
      timestamp: queuedAt,
      priority: level,
      failedReason: '',
      returnvalue: '',
      stalledCounter: 0,
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
