/** The part of the contract that is about workflows: several tasks with an order, from one file. */
import { z } from 'zod';
import { Priority, TaskState } from './domain/task.ts';
import { TaskId, WorkflowId } from './ids.ts';
import { operation } from './operation.ts';
import { line } from './text.ts';

const WorkflowText = z.strictObject({
  /** The file: YAML as `docs/workflows.md` has it. */
  yaml: z.string().max(500_000),
  /** The folder that relative paths in it are of. */
  dir: line(2_000).optional(),
});

/** A task as it would be made. */
export const WorkflowPlanned = z.strictObject({
  /** With its item, where a step is many tasks: `fix[src/a.ts]`. */
  step: z.string(),
  title: z.string(),
  repo: z.string(),
  priority: Priority,
  after: z.array(z.string()),
});

export const WorkflowShown = z.strictObject({
  id: WorkflowId,
  name: z.string(),
  /** In the order in which they were made. */
  steps: z.array(
    z.strictObject({
      step: z.string(),
      taskId: TaskId,
      title: z.string(),
      state: TaskState,
      after: z.array(TaskId),
    }),
  ),
});
export type WorkflowShown = z.infer<typeof WorkflowShown>;

/** One of the list. */
export const WorkflowSummary = z.strictObject({
  id: WorkflowId,
  name: z.string(),
  startedAt: z.number(),
  tasks: z.int().min(1),
  /** How many of them are in each state; states that none is in are left out. */
  states: z.partialRecord(TaskState, z.int().min(1)),
});
export type WorkflowSummary = z.infer<typeof WorkflowSummary>;

export const WORKFLOW_OPERATIONS = {
  'workflows.check': operation({
    method: 'POST',
    path: '/api/v1/workflows/check',
    summary: 'What a workflow would make; makes nothing, but mirrors a repository to see its files',
    permission: 'operate',
    status: 200,
    input: WorkflowText,
    output: z.strictObject({ name: z.string(), steps: z.array(WorkflowPlanned) }),
  }),
  'workflows.start': operation({
    method: 'POST',
    path: '/api/v1/workflows',
    summary: 'Make all tasks of a workflow at once, or none',
    permission: 'operate',
    status: 201,
    input: WorkflowText,
    output: WorkflowShown,
  }),
  'workflows.list': operation({
    method: 'GET',
    path: '/api/v1/workflows',
    summary: 'The latest workflows, newest first, and how far each is',
    permission: 'read',
    status: 200,
    input: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    output: z.strictObject({ workflows: z.array(WorkflowSummary) }),
  }),
  'workflows.get': operation({
    method: 'GET',
    path: '/api/v1/workflows/{id}',
    summary: 'The steps of a workflow, and how far each is',
    permission: 'read',
    status: 200,
    input: z.strictObject({ id: WorkflowId }),
    output: WorkflowShown,
  }),
} as const;
