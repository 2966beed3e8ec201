/** Shared queues of tests, on whatever Redis they are to work on. */
import { SiteId } from '../../../src/shared/ids.ts';
import { parseQueueAddress, type RedisAddress } from '../../../src/shared/queue-address.ts';
import { systemClock } from '../../../src/main/coordinator/system-clock.ts';
import { openRedisQueue } from '../../../src/main/coordinator/queue/redis/open.ts';
import type { QueueState, SharedQueue } from '../../../src/main/coordinator/queue/shared-port.ts';

export function redisAddress(url: string): RedisAddress {
  const address = parseQueueAddress(url);
  if (!address.ok) throw new Error(address.error.message);
  if (address.value.kind !== 'redis') throw new Error('that is no Redis');
  return address.value;
}

/** Opened by a coordinator whose instance is called as the site is. */
export async function openQueue(url: string, site = 'tokyo'): Promise<SharedQueue> {
  return await openRedisQueue({
    address: redisAddress(url),
    site: SiteId.parse(site),
    instance: `of ${site}`,
    clock: systemClock,
  });
}

/** Resolves when the queue stands so. */
export async function until(
  queue: SharedQueue,
  isSo: (state: QueueState) => boolean,
): Promise<QueueState> {
  if (isSo(queue.state())) return queue.state();
  return await new Promise((resolve) => {
    const end = queue.onState((state) => {
      if (!isSo(state)) return;
      end();
      resolve(state);
    });
  });
}

export const isConnected = ({ kind }: QueueState): boolean => kind === 'connected';
export const isAway = ({ kind }: QueueState): boolean => kind === 'away';
