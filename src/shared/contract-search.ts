/** Operations to find tasks among all there are, and the views people keep of them; a part of the list in `contract.ts`. */
import { z } from 'zod';
import { Attempt } from './domain/attempt.ts';
import { Priority, Task, TaskState } from './domain/task.ts';
import { AgentId, TaskId } from './ids.ts';
import { operation } from './operation.ts';
import { SORT_KEYS } from './task-filter.ts';
import { line } from './text.ts';

/** A filter with a name. */
export const View = z.strictObject({
  id: z.string().regex(/^[\w-]{1,40}$/, 'letters, digits and dashes'),
  name: line(60).pipe(z.string().min(1)),
  /** The query of the address of the tasks, without its question mark. */
  query: z.string().max(1_000),
});
export type View = z.infer<typeof View>;

/** In the order they are shown. */
export const Views = z.strictObject({ views: z.array(View).max(50) });
export type Views = z.infer<typeof Views>;

export const SEARCH_OPERATIONS = {
  'tasks.find': operation({
    method: 'GET',
    path: '/api/v1/search/tasks',
    summary: 'Tasks that a filter lets through, in any order, page by page',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: z.string().max(1_000).optional(),
      /** Words that must all occur in the number, the title or the repository. */
      q: z.string().max(200).default(''),
      /** One state, or some with commas between. */
      states: z
        .string()
        .transform((text) => text.split(','))
        .pipe(z.array(TaskState))
        .optional(),
      priority: Priority.optional(),
      /** Among the latest attempts of this agent. */
      agent: AgentId.optional(),
      /** Its whole address, or the last part. */
      repo: z.string().max(2_000).optional(),
      engine: z.string().max(100).optional(),
      needs: z.string().max(100).optional(),
      batch: z.string().max(100).optional(),
      sort: z.enum(SORT_KEYS).default('updated'),
      order: z.enum(['up', 'down']).default('down'),
    }),
    output: z.strictObject({
      tasks: z.array(Task),
      /** How many there are on all pages together. */
      total: z.int().min(0),
      nextCursor: z.string().nullable(),
    }),
  }),
  'snapshot.tasks': operation({
    method: 'GET',
    path: '/api/v1/snapshot/tasks',
    summary:
      'Some tasks as a snapshot has them, for a copy that lacks them; those that do not exist are left out',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      /** With commas between. */
      ids: z
        .string()
        .default('')
        .transform((text) => text.split(',').filter((id) => id !== ''))
        .pipe(z.array(TaskId).max(100)),
    }),
    output: z.strictObject({
      tasks: z.array(Task),
      /** The latest of each. */
      attempts: z.array(Attempt),
      /** Tasks per state in the whole workshop. */
      counts: z.record(z.string(), z.int().min(0)),
    }),
  }),
  'views.get': operation({
    method: 'GET',
    path: '/api/v1/views',
    summary: 'The saved views of the tasks',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: Views,
  }),
  'views.set': operation({
    method: 'PUT',
    path: '/api/v1/views',
    summary: 'Replace the saved views of the tasks',
    permission: 'operate',
    status: 200,
    input: Views,
    output: Views,
  }),
} as const;
