/** The sites that share the queue, in Redis: their numbers, their leases, and who takes over what a lost one led. */
import { z } from 'zod';
import type { Clock } from '../../../../shared/clock.ts';
import { SiteId } from '../../../../shared/ids.ts';
import {
  CLAIM_MS,
  LEASE_MARGIN_MS,
  LEASE_MS,
  SharedQueueError,
  type Joined,
  type SharedQueue,
} from '../shared-port.ts';
import type { Connection } from './connection.ts';
import { claimKey, KEYS, leaseKey } from './keys.ts';
import { run, script } from './script.ts';

/** So many remainders there are; see `Joined.index`. */
const MOST_SITES = 64;

/** The lowest number that no site has; -1: another coordinator has the name; -2: none is left. */
const JOIN = script(`
local site, instance, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local index
local known = redis.call('HGET', KEYS[1], site)
if known then
  local space = string.find(known, ' ', 1, true)
  if string.sub(known, space + 1) ~= instance then return {-1, 0} end
  index = tonumber(string.sub(known, 1, space - 1))
else
  local used = {}
  for _, text in ipairs(redis.call('HVALS', KEYS[1])) do
    used[tonumber(string.match(text, '^%d+'))] = true
  end
  index = 0
  while used[index] do index = index + 1 end
  if index >= most then return {-2, 0} end
  redis.call('HSET', KEYS[1], site, index .. ' ' .. instance)
end
redis.call('SADD', KEYS[2], site)
redis.call('SET', KEYS[3], instance, 'PX', ARGV[4])
if tonumber(ARGV[5]) > tonumber(redis.call('GET', KEYS[5]) or '0') then redis.call('SET', KEYS[5], ARGV[5]) end
return {index, tonumber(redis.call('GET', KEYS[4]) or '0')}
`);

const CLAIM = script(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

type Sites = Pick<
  SharedQueue,
  'join' | 'renewLease' | 'lease' | 'sites' | 'lostSites' | 'claimTakeOver' | 'leave'
>;

/** @param instance tells this coordinator from another one of the same name; the same after each start */
export function redisSites(
  { ask }: Connection,
  site: SiteId,
  instance: string,
  clock: Pick<Clock, 'monotonic'>,
): Sites {
  const lease = createLease(clock);
  const sites = async (): Promise<SiteId[]> => {
    const ids = await ask((client) => client.smembers(KEYS.present));
    return ids.map((id) => SiteId.parse(id)).toSorted();
  };
  return {
    lease: lease.held,
    async join(lastFence = 0): Promise<Joined> {
      const keys = [KEYS.sites, KEYS.present, leaseKey(site), KEYS.highest, KEYS.fence];
      const args = [site, instance, MOST_SITES, LEASE_MS, lastFence];
      const answer = await lease.renew(() => ask((client) => run(client, JOIN, keys, args)));
      const [index, highest] = z.tuple([z.int(), z.int()]).parse(answer);
      if (index === -1)
        throw new SharedQueueError(
          'site_taken',
          `another coordinator is called ${site}: give this one another name with --site NAME`,
        );
      if (index < 0)
        throw new SharedQueueError(
          'too_many_sites',
          `${MOST_SITES} coordinators have shared this queue; it has numbers for no more`,
        );
      return { index, highest };
    },
    async renewLease() {
      await lease.renew(() =>
        ask((client) => client.set(leaseKey(site), instance, 'PX', LEASE_MS)),
      );
    },
    sites,
    async lostSites() {
      const others = (await sites()).filter((id) => id !== site);
      if (others.length === 0) return [];
      const leases = await ask((client) => client.mget(others.map(leaseKey)));
      return others.filter((_, index) => leases[index] === null);
    },
    async claimTakeOver(lost) {
      const answer = await ask((client) => run(client, CLAIM, [claimKey(lost)], [site, CLAIM_MS]));
      return answer === 1;
    },
    async leave() {
      await ask((client) => client.srem(KEYS.present, site));
      await ask((client) => client.del(leaseKey(site)));
    },
  };
}

/** Counted from when Redis was asked: there it lasts longer. */
function createLease({ monotonic }: Pick<Clock, 'monotonic'>) {
  let since = -Infinity;
  let number = 0;
  const isOver = (at: number): boolean => at - since >= LEASE_MS - LEASE_MARGIN_MS;
  return {
    held: (): number | null => (isOver(monotonic()) ? null : number),
    async renew<T>(ask: () => Promise<T>): Promise<T> {
      const begun = monotonic();
      const answer = await ask();
      if (isOver(begun)) number += 1;
      since = Math.max(since, begun);
      return answer;
    },
  };
}
