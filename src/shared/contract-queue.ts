/** Operations of the queue: how it stands, its switches, and clearing it. Part of `contract.ts`. */
import { z } from 'zod';
import { QueueScope } from './domain/state.ts';
import { Priority } from './domain/task.ts';
import { Wait } from './domain/wait.ts';
import { TaskId } from './ids.ts';
import { operation } from './operation.ts';

/** The states of tasks that wait, and that clearing the queue may cancel. */
export const WAITING_STATES = ['scheduled', 'blocked', 'pending', 'analyzing', 'queued'] as const;
export const WaitingState = z.enum(WAITING_STATES);
export type WaitingState = z.infer<typeof WaitingState>;

/** How long tasks of a priority waited lately, from when they were queued to when an agent got them. */
export const WaitingTimes = z.strictObject({
  priority: Priority,
  /** What is aimed at while slots become free (ms). */
  targetMs: z.number(),
  /** How many of the latest tasks the rest is about; 0: none was given out since the coordinator started. */
  of: z.int().min(0),
  /** Half of them, and 95 of 100, waited no longer (ms). */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** The share of them that waited no longer than the target. */
  withinTarget: z.number().min(0).max(1).nullable(),
});
export type WaitingTimes = z.infer<typeof WaitingTimes>;

const Switches = z.strictObject({
  /** All of it is. */
  paused: z.boolean(),
  /** Parts that are. */
  pauses: z.array(QueueScope),
});

export const QUEUE_OPERATIONS = {
  'queue.get': operation({
    method: 'GET',
    path: '/api/v1/queue',
    summary: 'Tasks per state, the next in line, and how long tasks wait',
    permission: 'read',
    status: 200,
    input: z.strictObject({}),
    output: Switches.extend({
      counts: z.record(z.string(), z.int().min(0)),
      /** Tasks that wait, and how many may. */
      waiting: z.int().min(0),
      most: z.int().min(1),
      /** Given out or cancelled in an hour, at the pace of the last minutes; `null`: none was. */
      perHour: z.number().min(0).nullable(),
      times: z.array(WaitingTimes),
      /** The first of every line (tasks that are alike to whoever gives them out), with why it waits. */
      next: z.array(
        z.strictObject({
          taskId: TaskId,
          demand: z.string(),
          waits: z.string().nullable(),
          /** The same for programs. */
          reason: Wait.nullable(),
        }),
      ),
      /** Lines beyond those. */
      more: z.int().min(0),
    }),
  }),
  'queue.pause': operation({
    method: 'POST',
    path: '/api/v1/queue/pause',
    summary: 'Assign nothing, or nothing of a priority or repository, until resumed',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ scope: QueueScope.optional() }),
    output: Switches,
  }),
  'queue.resume': operation({
    method: 'POST',
    path: '/api/v1/queue/resume',
    summary: 'Assign again',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ scope: QueueScope.optional() }),
    output: Switches,
  }),
  'queue.count': operation({
    method: 'GET',
    path: '/api/v1/queue/count',
    summary: 'How many tasks clearing the queue would cancel',
    permission: 'read',
    status: 200,
    input: z
      .strictObject({
        priority: Priority.optional(),
        repo: z.string().max(2_000).optional(),
        /** With commas between them; left out: all. */
        states: z
          .string()
          .max(200)
          .transform((text) => text.split(','))
          .pipe(z.array(WaitingState).min(1))
          .default([...WAITING_STATES]),
      })
      .refine(({ priority, repo }) => priority === undefined || repo === undefined, {
        message: 'is given, and repo too: one of them names a part of the queue',
        path: ['priority'],
      }),
    output: z.strictObject({ count: z.int().min(0) }),
  }),
  'queue.clear': operation({
    method: 'POST',
    path: '/api/v1/queue/clear',
    summary: 'Cancel the tasks that wait: all, or those of a priority or repository',
    permission: 'admin',
    status: 200,
    input: z.strictObject({
      scope: QueueScope.optional(),
      states: z
        .array(WaitingState)
        .min(1)
        .default([...WAITING_STATES]),
      /** How many tasks that is. A wrong number cancels nothing, and the refusal tells the right one. */
      confirm: z.int().min(0),
    }),
    output: z.strictObject({ cancelled: z.int().min(0) }),
  }),
} as const;
