/** Taking tasks from the shared queue, holding them, and letting them go. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TaskId, type SiteId } from '../../../../shared/ids.ts';
import { LOCK_MS, type SharedQueue, type Taken, type Want } from '../shared-port.ts';
import type { BullQueue } from './bull.ts';
import type { RedisClient } from './client.ts';
import type { Connection } from './connection.ts';
import { HAND_BACK, HEADS, JOB_KEYS, SETTLE, TAKE } from './job-scripts.ts';
import { KEYS, PREFIX, queueName } from './keys.ts';
import { LeadText, leadText } from './leads.ts';
import { jobId } from './offers.ts';
import { run } from './script.ts';

/** More are not taken in one step. */
const AT_ONCE = 100;

const JobId = z
  .string()
  .regex(/^task-\d+-\d+$/)
  .transform((id) => {
    const [, task = '', queueing = ''] = /^(.+)-(\d+)$/.exec(id) ?? [];
    return { task: TaskId.parse(task), queueing: Number(queueing) };
  });

const TakenFacts = z.tuple([z.int(), LeadText, LeadText, z.string()]);

interface Job {
  readonly task: TaskId;
  readonly queueing: number;
  readonly demandKey: string;
}

type QueueOf = (client: RedisClient, name: string) => Promise<BullQueue>;
type Takes = Pick<SharedQueue, 'take' | 'renew' | 'settle' | 'giveBack' | 'refuse'>;

export function redisTakes({ ask }: Connection, site: SiteId, queueOf: QueueOf): Takes {
  // Of this process alone: after a restart its locks are as lost as anybody's.
  const token = `${site} ${randomUUID()}`;
  async function giveBack({ task, queueing, demandKey }: Taken): Promise<boolean> {
    return await ask(async (client) => {
      const queue = await queueOf(client, queueName(demandKey));
      return await release(queue, jobId(task, queueing), token);
    });
  }
  return {
    async take(wants, limit) {
      const taken: Taken[] = [];
      const left = wants.filter(({ upTo }) => upTo > 0);
      const most = Math.min(limit, AT_ONCE);
      // Places that do not count any more are cleared away on the way; then there may be others behind them.
      for (let isMore = left.length > 0; isMore && taken.length < most;) {
        const found = await ask((client) =>
          takeSome({ client, queueOf, token, site }, less(left, taken), most - taken.length),
        );
        taken.push(...found.taken);
        isMore = found.void > 0;
      }
      return taken;
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
      const args = [PREFIX, task, queueing, queueName(demandKey), fence, upTo];
      await ask((client) => run(client, SETTLE, JOB_KEYS, args));
    },
    giveBack,
    async refuse(taken) {
      const args = [taken.task, leadText(taken.lead), leadText(taken.before)];
      await ask((client) => run(client, HAND_BACK, [KEYS.leads], args));
      await giveBack(taken);
    },
  };
}

interface Taker {
  readonly client: RedisClient;
  readonly queueOf: QueueOf;
  readonly token: string;
  readonly site: SiteId;
}

async function takeSome(
  taker: Taker,
  wants: readonly Want[],
  limit: number,
): Promise<{ taken: Taken[]; void: number }> {
  const { client, queueOf, token, site } = taker;
  const counts = await chosen(client, wants, limit);
  const moves = await Promise.allSettled(
    counts.flatMap(({ demandKey, upTo }) =>
      Array.from({ length: upTo }, async (): Promise<Job[]> => {
        const queue = await queueOf(client, queueName(demandKey));
        const id: unknown = (await queue.moveToActive(token))[1];
        return typeof id === 'string' ? [{ ...JobId.parse(id), demandKey }] : [];
      }),
    ),
  );
  const jobs = moves.flatMap((move) => (move.status === 'fulfilled' ? move.value : []));
  const failed = moves.find((move) => move.status === 'rejected');
  if (failed && jobs.length === 0) throw failed.reason;
  if (jobs.length === 0) return { taken: [], void: 0 };
  const args = jobs.flatMap(({ task, queueing, demandKey }) => [
    task,
    queueing,
    queueName(demandKey),
  ]);
  const answer = await run(client, TAKE, JOB_KEYS, [PREFIX, site, ...args]);
  const facts = z.array(z.union([TakenFacts, z.tuple([])])).parse(answer);
  const taken = jobs.flatMap((job, index): Taken[] => {
    const [fence, before, lead, document] = facts[index] ?? [];
    if (fence === undefined || !before || !lead || document === undefined) return [];
    return [{ ...job, fence, before, lead, document }];
  });
  return { taken, void: jobs.length - taken.length };
}

/** How many to take of each demand, so that the first ones of all are taken first. */
async function chosen(
  client: RedisClient,
  wants: readonly Want[],
  limit: number,
): Promise<readonly Want[]> {
  const [only] = wants;
  if (only && wants.length === 1) return [{ ...only, upTo: Math.min(only.upTo, limit) }];
  const args = wants.flatMap(({ demandKey, upTo }) => [
    queueName(demandKey),
    Math.min(upTo, limit),
  ]);
  const flat = z
    .array(z.number())
    .parse(await run(client, HEADS, [KEYS.demands], [PREFIX, ...args]));
  const heads = wants.map(() => 0);
  triples(flat)
    .toSorted((a, b) => a.level - b.level || a.since - b.since)
    .slice(0, limit)
    .forEach(({ index }) => {
      heads[index] = (heads[index] ?? 0) + 1;
    });
  return wants.map(({ demandKey }, index) => ({ demandKey, upTo: heads[index] ?? 0 }));
}

function triples(flat: readonly number[]): { index: number; level: number; since: number }[] {
  return flat.flatMap((index, at) =>
    at % 3 === 0 ? [{ index, level: flat[at + 1] ?? 0, since: flat[at + 2] ?? 0 }] : [],
  );
}

function less(wants: readonly Want[], taken: readonly Taken[]): Want[] {
  return wants.map(({ demandKey, upTo }) => ({
    demandKey,
    upTo: upTo - taken.filter((one) => one.demandKey === demandKey).length,
  }));
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
