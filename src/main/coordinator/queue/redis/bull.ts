/** The queues of BullMQ over the connection that the coordinator has anyway: one per demand, none with connections of its own. */
import { QueueKeys, RedisConnection, RedisQueueBackend, type WorkerOptions } from 'bullmq';
import { LOCK_MS } from '../shared-port.ts';
import type { RedisClient } from './client.ts';
import { PREFIX } from './keys.ts';

/** Tasks whose lock ran out are looked for so often, however many sites look. */
const STALLED_CHECK_MS = 5_000;

export type BullQueue = Pick<
  RedisQueueBackend,
  'changePriority' | 'moveJobFromActiveToWait' | 'moveStalledJobsToWait' | 'extendLocks'
>;

/** The answer gives the queue of that name; the client must be connected. */
export function bullQueues(): (client: RedisClient, name: string) => Promise<BullQueue> {
  const queues = new Map<string, BullQueue>();
  let root: RedisQueueBackend | undefined;
  return async (client, name) => {
    root ??= openRoot(client);
    try {
      // It looks at the server first; broken off in that, it would be broken for ever.
      await root.client;
    } catch (error) {
      root = undefined;
      queues.clear();
      throw error;
    }
    const queue = queues.get(name) ?? root.forQueue(name, PREFIX);
    queues.set(name, queue);
    return queue;
  };
}

function openRoot(client: RedisClient): RedisQueueBackend {
  const connection = new RedisConnection(client, { shared: true, blocking: false });
  // The client tells of its errors by itself.
  connection.on('error', () => {});
  const keys = new QueueKeys(PREFIX);
  const options: WorkerOptions = {
    connection: client,
    prefix: PREFIX,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // However often those who took it died: whether a task is to blame for that is for its leader to say.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  };
  const toKey = (part: string): string => keys.toKey('root', part);
  return new RedisQueueBackend(
    connection,
    'root',
    keys.getKeys('root'),
    toKey,
    options,
    undefined,
    false,
  );
}
