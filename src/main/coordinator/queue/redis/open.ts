/** The shared queue on Redis: BullMQ for the order and the locks, scripts of ours for who may do what, a stream for what happened. */
import type { Clock } from '../../../../shared/clock.ts';
import type { SiteId } from '../../../../shared/ids.ts';
import type { RedisAddress } from '../../../../shared/queue-address.ts';
import type { SharedQueue } from '../shared-port.ts';
import { bullQueues } from './bull.ts';
import { openConnection } from './connection.ts';
import { redisLeads } from './leads.ts';
import { redisOffers } from './offers.ts';
import { redisSites } from './sites.ts';
import { gatherSteps } from './steps.ts';
import { redisStream } from './stream.ts';
import { redisTakes } from './takes.ts';

export interface RedisQueueOptions {
  readonly address: RedisAddress;
  readonly site: SiteId;
  /** Tells this coordinator from another one of the same name; the same after each start. */
  readonly instance: string;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
}

/**
 * Resolves when it is known whether the server is there; where it is not, or is not fit for tasks, `state()` says so, and it is
 * tried again. Throws `SharedQueueError` only where a file that the address names cannot be read.
 */
export async function openRedisQueue({
  address,
  site,
  instance,
  clock,
}: RedisQueueOptions): Promise<SharedQueue> {
  const connection = await openConnection(address, clock);
  const queueOf = bullQueues();
  const step = gatherSteps(connection, site);
  const followers = new Set<() => void>();
  const stream = redisStream(connection, site, clock);
  return {
    state: connection.state,
    onState: connection.onState,
    warnings: connection.warnings,
    ...redisSites(connection, site, instance, clock),
    ...redisLeads(connection, site, step),
    ...redisOffers(connection, queueOf, step),
    ...redisTakes(connection, site, queueOf, step),
    ...stream,
    follow(follower) {
      const end = stream.follow(follower);
      followers.add(end);
      return () => {
        followers.delete(end);
        end();
      };
    },
    close() {
      for (const end of followers) end();
      followers.clear();
      connection.close();
      return Promise.resolve();
    },
  };
}
