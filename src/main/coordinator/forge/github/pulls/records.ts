/**
 * What was written to GitHub last for each task, so that it is not looked up and written again. In `cache.db`: when it is lost,
 * everything is found again by its marker, and written once more where it differs.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TaskId } from '../../../../../shared/ids.ts';
import type { GitHubCache } from '../api/cache.ts';

const SPACE = 'pulls';

const Sent = z.object({
  /** Commit of the change that was pushed last. */
  pushed: z.string().nullable().default(null),
  /** What we left at the tip of the branch: that commit, or a merge with it. */
  head: z.string().nullable().default(null),
  /** Commit of the change that the pull request tells of. */
  opened: z.string().nullable().default(null),
  /** Hash of the pull request's body. */
  body: z.string().nullable().default(null),
  /** The comment on the issue, and the hash of its text. */
  comment: z.object({ id: z.number(), hash: z.string() }).nullable().default(null),
  /** The label on the issue; empty: none. */
  label: z.string().nullable().default(null),
  /** Line comments of that change were answered. */
  answered: z.string().nullable().default(null),
  /** The task has ended, and its branch and issue were seen to. */
  isCleaned: z.boolean().default(false),
  /** The task has ended, and its issue says so. */
  isTold: z.boolean().default(false),
  /** Reviews that ask for nothing, or were taken. */
  reviews: z.array(z.number()).default([]),
});
export type Sent = z.infer<typeof Sent>;

export interface Records {
  of(id: TaskId): Sent;
  change(id: TaskId, part: Partial<Sent>): void;
  /** Tasks for which something was written and whose end was not told and seen to yet. */
  open(): TaskId[];
  /** True when something was ever written for it. */
  has(id: TaskId): boolean;
}

export function openRecords(
  cache: Pick<GitHubCache, 'get' | 'set' | 'delete' | 'entries'>,
): Records {
  const of = (id: TaskId): Sent => parse(cache.get(SPACE, id));
  return {
    of,
    change(id, part) {
      cache.set(SPACE, id, JSON.stringify({ ...of(id), ...part }));
    },
    open() {
      return cache.entries(SPACE).flatMap(([key, text]) => {
        const id = TaskId.safeParse(key);
        return id.success && isOpen(parse(text)) ? [id.data] : [];
      });
    },
    has: (id) => cache.get(SPACE, id) !== undefined,
  };
}

function isOpen({ isCleaned, isTold }: Sent): boolean {
  return !isCleaned || !isTold;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function parse(text: string | undefined): Sent {
  const found = text === undefined ? undefined : Sent.safeParse(tried(text)).data;
  return found ?? Sent.parse({});
}

function tried(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Only a cache.
  }
}
