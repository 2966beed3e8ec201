/** Operations of a queue that several coordinators share. Part of `contract.ts`. */
import { z } from 'zod';
import { SiteId } from './ids.ts';
import { operation } from './operation.ts';
import { line } from './text.ts';

/** Where the queue is. */
export const QueueEngine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({
    kind: z.literal('redis'),
    /** Without the password. */
    address: z.string(),
    /** What this coordinator is called among those that share it. */
    site: SiteId.nullable(),
    state: z.enum(['connected', 'away']),
    /** Why it is away. */
    why: z.string().nullable(),
    /** All that share it, as far as that is known now. */
    sites: z.array(SiteId),
    /** Tasks that stay with this coordinator, since their numbers stand for other tasks elsewhere. */
    unshared: z.int().min(0),
  }),
]);
export type QueueEngine = z.infer<typeof QueueEngine>;

export const SITE_OPERATIONS = {
  'queue.engine': operation({
    method: 'GET',
    path: '/api/v1/queue/engine',
    summary: 'Where the queue is: in this coordinator, or shared with others on Redis',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: QueueEngine,
  }),
  'queue.move': operation({
    method: 'POST',
    path: '/api/v1/queue/move',
    summary:
      'Move the queue of the running coordinator, with all tasks; can be asked again after a break',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ to: line(500) }),
    output: QueueEngine,
  }),
} as const;
