/** Events of the queue itself: its switches, recurring tasks, workflows. Part of `event.ts`, whose rules hold here too. */
import { z } from 'zod';
import { RecurringId, TaskId, WorkflowId } from '../ids.ts';
import { Recurring } from './recurring.ts';
import { QueueScope } from './state.ts';

export const QUEUE_EVENTS = [
  /** `scope`: of that only; left out: all. */
  z.strictObject({ type: z.literal('queue.paused'), by: z.string(), scope: QueueScope.optional() }),
  z.strictObject({
    type: z.literal('queue.resumed'),
    by: z.string(),
    scope: QueueScope.optional(),
  }),
  /** Made, or changed: as it stands afterwards. */
  z.strictObject({ type: z.literal('recurring.saved'), recurring: Recurring, by: z.string() }),
  /** Its time came. `made`: the task, created in the same commit; `null`: left out, since the one before is open. */
  z.strictObject({
    type: z.literal('recurring.fired'),
    recurringId: RecurringId,
    at: z.number(),
    nextAt: z.number().nullable(),
    made: TaskId.nullable(),
  }),
  z.strictObject({
    type: z.literal('recurring.removed'),
    recurringId: RecurringId,
    by: z.string(),
  }),
  /** Its tasks are created in the same commit. */
  z.strictObject({
    type: z.literal('workflow.started'),
    workflowId: WorkflowId,
    name: z.string(),
    tasks: z.array(TaskId),
    by: z.string(),
  }),
] as const;
