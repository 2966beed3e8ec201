/** The part of the contract that is about making tasks otherwise than one by one: batches, and tasks that come again and again. */
import { z } from 'zod';
import { Recurring } from './domain/recurring.ts';
import { NewTask, Task } from './domain/task.ts';
import { Rejection } from './errors.ts';
import { RecurringId, TaskId } from './ids.ts';
import { operation } from './operation.ts';
import { line } from './text.ts';

const MOST_BODY_BYTES = 8 * 1024 * 1024;
const byRecurring = z.strictObject({ id: RecurringId });

/** What each task of a recurring one is made from. */
export const RecurringTask = NewTask.omit({
  after: true,
  at: true,
  origin: true,
  source: true,
  blockers: true,
  upstream: true,
  batch: true,
  again: true,
});
export type RecurringTask = z.infer<typeof RecurringTask>;

/** With its next times (epoch ms), at most three: as its pattern says, also while it is switched off. */
export const RecurringShown = z.strictObject({
  recurring: Recurring,
  next: z.array(z.number()).max(3),
});
export type RecurringShown = z.infer<typeof RecurringShown>;

export const MAKING_OPERATIONS = {
  'tasks.create_many': operation({
    method: 'POST',
    path: '/api/v1/batches',
    summary: 'Create up to 500 tasks at once: all of them or none; answered when they are durable',
    permission: 'operate',
    status: 201,
    maxBodyBytes: MOST_BODY_BYTES,
    input: z.strictObject({
      tasks: z.array(NewTask).min(1).max(500),
      /** The name of those that have none of their own. */
      batch: line(100).optional(),
    }),
    output: z.strictObject({ tasks: z.array(Task) }),
  }),
  'tasks.cancel_batch': operation({
    method: 'POST',
    path: '/api/v1/batches/cancel',
    summary: 'Cancel all tasks of a batch that have not ended',
    permission: 'operate',
    status: 200,
    input: z.strictObject({
      batch: line(100),
      reason: line(500).default('its batch was cancelled by hand'),
    }),
    output: z.strictObject({
      cancelled: z.array(TaskId),
      /** Those that could not be, such as one that is being merged. */
      refused: z.array(z.strictObject({ id: TaskId, error: Rejection })),
    }),
  }),
  'recurring.list': operation({
    method: 'GET',
    path: '/api/v1/recurring',
    summary: 'All recurring tasks, with their next three times',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: z.strictObject({ recurring: z.array(RecurringShown) }),
  }),
  'recurring.get': operation({
    method: 'GET',
    path: '/api/v1/recurring/{id}',
    summary: 'One recurring task, with its next three times',
    permission: 'read',
    status: 200,
    input: byRecurring,
    output: RecurringShown,
  }),
  'recurring.save': operation({
    method: 'POST',
    path: '/api/v1/recurring',
    summary: 'Make a recurring task, or with an id put another in its place',
    permission: 'operate',
    status: 200,
    input: z.strictObject({
      id: RecurringId.optional(),
      /** Five fields, as in crontab: `30 6 * * 1-5`. */
      cron: line(200),
      /** IANA name: `Asia/Tokyo`. */
      timeZone: line(100),
      task: RecurringTask,
      /** When the task of the time before is open still: leave this time out, or make another. */
      overlap: z.enum(['allow', 'skip']).default('skip'),
      isOn: z.boolean().default(true),
    }),
    output: RecurringShown,
  }),
  'recurring.remove': operation({
    method: 'DELETE',
    path: '/api/v1/recurring/{id}',
    summary: 'Make no more of these tasks; those that were made stay',
    permission: 'operate',
    status: 200,
    input: byRecurring,
    output: z.strictObject({ removed: RecurringId }),
  }),
  'recurring.run': operation({
    method: 'POST',
    path: '/api/v1/recurring/{id}/run',
    summary: 'Make one of these tasks now, whatever the time',
    permission: 'operate',
    status: 201,
    input: byRecurring,
    output: Task,
  }),
} as const;
