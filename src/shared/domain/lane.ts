/**
 * The lanes of the queue. Tasks of one lane are interchangeable for whoever hands out work: they demand the same, count the same,
 * and are held up by the same switches, quotas and turns. So a lane is passed over as a whole, and only its first tasks
 * are ever looked at. Pure.
 */
import { z } from 'zod';
import { Demand, demandKey, demandOf, parseDemandKey } from './demand.ts';
import { Priority, type Task } from './task.ts';

export const Lane = z.strictObject({
  demand: Demand,
  priority: Priority,
  /** URL of the repository. */
  repo: z.string(),
  /** Who made its tasks. */
  owner: z.string(),
  /** What its tasks share that only one may work on at a time. */
  concurrency: z.array(z.string()),
});
export type Lane = z.infer<typeof Lane>;

export function laneOf(task: Task): Lane {
  const { priority, repo, createdBy: owner, concurrency } = task;
  return {
    demand: demandOf(task),
    priority,
    repo: repo.url,
    owner,
    concurrency: concurrency.toSorted(),
  };
}

const Key = z.tuple([z.string(), Priority, z.string(), z.string()], z.string());

/** A canonical key: equal lanes have equal keys. */
export function laneKey({ demand, priority, repo, owner, concurrency }: Lane): string {
  return JSON.stringify([demandKey(demand), priority, repo, owner, ...concurrency]);
}

/** The inverse of `laneKey`; throws on a text that is none. */
export function parseLaneKey(key: string): Lane {
  const [demand, priority, repo, owner, ...concurrency] = Key.parse(JSON.parse(key));
  return { demand: parseDemandKey(demand), priority, repo, owner, concurrency };
}
