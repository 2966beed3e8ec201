/** Taking tasks from the shared queue, holding them, and letting them go. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TaskId, type SiteId } from '../../../../shared/ids.ts';
import { LOCK_MS, type SharedQueue, type Taken } from '../shared-port.ts';
import type { BullQueue } from './bull.ts';
import type { RedisClient } from './client.ts';
import type { Connection } from './connection.ts';
import { queueName } from './keys.ts';
import { LeadText, leadText } from './leads.ts';
import { jobId } from './offers.ts';
import type { RunStep } from './steps.ts';

/** More are not taken in one step. */
const AT_ONCE = 100;

/** Higher than all of them. */
const ANY_LEVEL = 1_000_000;

const JobId = z
  .string()
  .regex(/^task-\d+-\d+$/)
  .transform((id) => {
    const [, task = '', queueing = ''] = /^(.+)-(\d+)$/.exec(id) ?? [];
    return { task: TaskId.parse(task), queueing: Number(queueing) };
  });

/** Job, fence, who led it, who leads it, document, which of the wants. */
const TakenFacts = z.tuple([JobId, z.int(), LeadText, LeadText, z.string(), z.int()]);

type QueueOf = (client: RedisClient, name: string) => Promise<BullQueue>;
type Takes = Pick<SharedQueue, 'take' | 'renew' | 'settle' | 'giveBack' | 'refuse'>;

export function redisTakes(
  { ask }: Connection,
  site: SiteId,
  queueOf: QueueOf,
  step: RunStep,
): Takes {
  // Of this process alone: after a restart its locks are as lost as anybody's.
  const token = `${site} ${randomUUID()}`;
  async function giveBack({ task, queueing, demandKey }: Taken): Promise<boolean> {
    return await ask(async (client) => {
      const queue = await queueOf(client, queueName(demandKey));
      return await release(queue, jobId(task, queueing), token);
    });
  }
  return {
    async take(wants, limit, mostLevel = ANY_LEVEL) {
      const left = wants.filter(({ upTo }) => upTo > 0);
      if (left.length === 0) return [];
      const args = left.flatMap(({ demandKey, upTo }) => [queueName(demandKey), upTo]);
      const most = Math.min(limit, AT_ONCE);
      const facts = z
        .array(TakenFacts)
        .parse(await step('take', [token, LOCK_MS, most, mostLevel, ...args]));
      return facts.flatMap(([job, fence, before, lead, document, index]): Taken[] => {
        const demandKey = left[index]?.demandKey;
        return demandKey === undefined
          ? []
          : [{ ...job, demandKey, fence, before, lead, document }];
      });
    },
    async renew(taken) {
      const byQueue = [...Map.groupBy(taken, ({ demandKey }) => demandKey)];
      const lost = await ask((client) =>
        Promise.all(
          byQueue.map(async ([demandKey, some]) => {
            const queue = await queueOf(client, queueName(demandKey));
            const ids = some.map(({ task, queueing }) => jobId(task, queueing));
            return await queue.extendLocks(
              ids,
              ids.map(() => token),
              LOCK_MS,
            );
          }),
        ),
      );
      const gone = new Set(lost.flat());
      return taken.filter(({ task, queueing }) => gone.has(jobId(task, queueing)));
    },
    async settle({ task, queueing, demandKey, fence }, isBegun) {
      const upTo = isBegun ? queueing : queueing - 1;
      await step('settle', [task, queueing, queueName(demandKey), fence, upTo]);
    },
    giveBack,
    async refuse(taken) {
      await step('hand back', [taken.task, leadText(taken.lead), leadText(taken.before)]);
      await giveBack(taken);
    },
  };
}

/** BullMQ's words for: it is not there, its lock is gone, it is not active, its lock is another's. */
const NOT_OURS = /Missing key|Missing lock|not in the active|not owned/i;

async function release(queue: BullQueue, id: string, token: string): Promise<boolean> {
  try {
    await queue.moveJobFromActiveToWait(id, token);
    return true;
  } catch (error) {
    if (error instanceof Error && NOT_OURS.test(error.message)) return false;
    throw error;
  }
}
