/** Who leads which task, in Redis. Each change is one step of a script, so that of two sites that ask at once exactly one has it. */
import { z } from 'zod';
import { SiteId, TaskId, taskNumberOf } from '../../../../shared/ids.ts';
import type { Lead, SharedQueue } from '../shared-port.ts';
import type { Connection } from './connection.ts';
import { KEYS } from './keys.ts';
import type { RunStep } from './steps.ts';

type Leads = Pick<
  SharedQueue,
  | 'nextFence'
  | 'fences'
  | 'claim'
  | 'lead'
  | 'leadOf'
  | 'holds'
  | 'ledBy'
  | 'adopt'
  | 'end'
  | 'unclaim'
>;

/** @param site this one */
export function redisLeads({ ask }: Connection, site: SiteId, step: RunStep): Leads {
  const leadOf = async (task: TaskId): Promise<Lead | null> =>
    MaybeLead.parse(await ask((client) => client.hget(KEYS.leads, task)));
  return {
    nextFence: () => ask((client) => client.incr(KEYS.fence)),
    async fences(count) {
      return (await ask((client) => client.incrby(KEYS.fence, count))) - count + 1;
    },
    async claim(task, mark) {
      return MaybeLead.parse(await step('claim', [task, mark, taskNumberOf(task)]));
    },
    async lead(task, mark, leadFence) {
      return (await step('lead', [task, mark, taskNumberOf(task), leadFence])) === 1;
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
      return MaybeLead.parse(await step('adopt', [task, leadText(from)]));
    },
    async end(task, leadFence) {
      await step('end', [task, leadFence, 0]);
    },
    async unclaim(task, leadFence) {
      return (await step('end', [task, leadFence, 1])) === 1;
    },
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
