/**
 * The keys in Redis, and what stands under them. All begin with `{koubou}`: in a cluster that puts them on one node, so that a
 * script may touch several at once.
 */
import { createHash } from 'node:crypto';
import type { SiteId } from '../../../../shared/ids.ts';

export const PREFIX = '{koubou}';

export const KEYS = {
  /** The counter of all fences. */
  fence: `${PREFIX}:fence`,
  /** Which run of which server counted last. */
  run: `${PREFIX}:run`,
  /** Hash, task → mark of the task that the number belongs to, in all sites. What ended is in it for a while. */
  marks: `${PREFIX}:marks`,
  /** The highest number in `marks`. */
  highest: `${PREFIX}:highest`,
  /** Hash, task → `leadFence site`. What has ended is not in it. */
  leads: `${PREFIX}:leads`,
  /** Hash, task → `queueing queue fence`: the one place in a queue that counts, and the take that counts (0: none yet). */
  places: `${PREFIX}:places`,
  /** Hash, task → what the one who takes it is to know. */
  offered: `${PREFIX}:offered`,
  /** Hash, name of a queue → demand key. */
  demands: `${PREFIX}:demands`,
  /** Hash, site → `index instance`. */
  sites: `${PREFIX}:sites`,
  /** Set of the sites that share the queue now. */
  present: `${PREFIX}:present`,
  /** Stream of what the sites tell. */
  stream: `${PREFIX}:told`,
  /** Hash, site → how far its tellings have come. */
  toldUpTo: `${PREFIX}:told-up-to`,
  /** Hash, task → `leadFence seq site text`: the newest document. */
  documents: `${PREFIX}:documents`,
  /** Sorted set of the tasks that have ended, by when (epoch s). */
  ended: `${PREFIX}:ended`,
  /** Hash, remainder of a site → the highest of its numbers that stood in `marks` and does not any more: nobody gets one up to it. */
  forgotten: `${PREFIX}:forgotten`,
} as const;

export function leaseKey(site: SiteId): string {
  return `${PREFIX}:lease:${site}`;
}

export function claimKey(site: SiteId): string {
  return `${PREFIX}:takeover:${site}`;
}

/** The name of the queue of a demand: a demand may be long, and hold any character. */
export function queueName(demandKey: string): string {
  return createHash('sha256').update(demandKey).digest('hex').slice(0, 16);
}

/** The key of a part of that queue, as BullMQ names it. */
export function queueKey(name: string, part: string): string {
  return `${PREFIX}:${name}:${part}`;
}
