/** Who leads which task, in Redis. Each change is one script, so that of two sites that ask at once exactly one has it. */
import { z } from 'zod';
import { SiteId, TaskId, taskNumberOf } from '../../../../shared/ids.ts';
import type { Lead, SharedQueue } from '../shared-port.ts';
import type { Connection } from './connection.ts';
import { KEYS } from './keys.ts';
import { run, script } from './script.ts';

const CLAIM = script(`
local task, mark, site, number = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local known = redis.call('HGET', KEYS[1], task)
if known then
  if known ~= mark then return false end
  local lead = redis.call('HGET', KEYS[2], task)
  if lead then return lead end
end
local lead = redis.call('INCR', KEYS[3]) .. ' ' .. site
redis.call('HSET', KEYS[1], task, mark)
redis.call('HSET', KEYS[2], task, lead)
if number > tonumber(redis.call('GET', KEYS[4]) or '0') then redis.call('SET', KEYS[4], number) end
return lead
`);

const ADOPT = script(`
local task, from, site = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HGET', KEYS[1], task) ~= from then return false end
local lead = redis.call('INCR', KEYS[2]) .. ' ' .. site
redis.call('HSET', KEYS[1], task, lead)
return lead
`);

/** With `1` as the last argument the number is free again, too. */
const END = script(`
local task, lead = ARGV[1], ARGV[2]
if redis.call('HGET', KEYS[1], task) ~= lead then return 0 end
for index = 1, 3 do redis.call('HDEL', KEYS[index], task) end
if ARGV[3] == '1' then
  redis.call('HDEL', KEYS[4], task)
  redis.call('HDEL', KEYS[5], task)
end
return 1
`);

const END_KEYS = [KEYS.leads, KEYS.places, KEYS.offered, KEYS.marks, KEYS.documents];

type Leads = Pick<
  SharedQueue,
  'nextFence' | 'claim' | 'leadOf' | 'holds' | 'ledBy' | 'adopt' | 'end' | 'unclaim'
>;

/** @param site this one */
export function redisLeads({ ask }: Connection, site: SiteId): Leads {
  const leadOf = async (task: TaskId): Promise<Lead | null> =>
    MaybeLead.parse(await ask((client) => client.hget(KEYS.leads, task)));
  const end = async (task: TaskId, leadFence: number, isForgotten: boolean): Promise<boolean> => {
    const args = [task, leadText({ site, leadFence }), isForgotten ? 1 : 0];
    return (await ask((client) => run(client, END, END_KEYS, args))) === 1;
  };
  return {
    nextFence: () => ask((client) => client.incr(KEYS.fence)),
    async claim(task, mark) {
      const keys = [KEYS.marks, KEYS.leads, KEYS.fence, KEYS.highest];
      const args = [task, mark, site, taskNumberOf(task)];
      return MaybeLead.parse(await ask((client) => run(client, CLAIM, keys, args)));
    },
    leadOf,
    async holds(task, leadFence) {
      const lead = await leadOf(task);
      return lead?.site === site && lead.leadFence === leadFence;
    },
    async ledBy(other) {
      const leads = await ask((client) => client.hgetall(KEYS.leads));
      return Object.entries(leads).flatMap(([task, text]) => {
        const lead = LeadText.parse(text);
        return lead.site === other ? [{ task: TaskId.parse(task), leadFence: lead.leadFence }] : [];
      });
    },
    async adopt(task, from) {
      const keys = [KEYS.leads, KEYS.fence];
      const args = [task, leadText(from), site];
      return MaybeLead.parse(await ask((client) => run(client, ADOPT, keys, args)));
    },
    async end(task, leadFence) {
      await end(task, leadFence, false);
    },
    unclaim: (task, leadFence) => end(task, leadFence, true),
  };
}

/** Writes what `leads` holds. */
export function leadText({ site, leadFence }: Lead): string {
  return `${leadFence} ${site}`;
}

/** Reads what `leads` holds. */
export const LeadText = z.string().transform((text): Lead => {
  const [leadFence, site] = text.split(' ');
  return { site: SiteId.parse(site), leadFence: z.coerce.number().int().parse(leadFence) };
});

const MaybeLead = LeadText.nullable();
