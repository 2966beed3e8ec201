/**
 * Branded identifiers. Every id is plain text that a person can say aloud and type:
 * `task-12` is the twelfth task, `task-12.2` its second attempt, `agent-atelier` a machine.
 */
import { z } from 'zod';
import { AGENT_ID, OWN_AGENT_ID, TASK_ID, SITE_ID } from './id-patterns.ts';

export const TaskId = z.string().regex(TASK_ID, 'a task id looks like task-12').brand<'TaskId'>();
export type TaskId = z.infer<typeof TaskId>;

export const AttemptId = z
  .string()
  .regex(/^task-[1-9][0-9]{0,14}\.[1-9][0-9]{0,5}$/, 'an attempt id looks like task-12.2')
  .brand<'AttemptId'>();
export type AttemptId = z.infer<typeof AttemptId>;

export const AgentId = z
  .string()
  .regex(AGENT_ID, 'an agent id is lower case letters, digits and dashes')
  .brand<'AgentId'>();
export type AgentId = z.infer<typeof AgentId>;

/** An agent of this coordinator, of which files, certificates and links are made: never another one's. */
export const OwnAgentId = z
  .string()
  .regex(OWN_AGENT_ID, 'an agent id is lower case letters, digits and dashes')
  .brand<'AgentId'>();

/** A coordinator with its agents, among several that share a queue. */
export const SiteId = z
  .string()
  .regex(SITE_ID, 'a site is a short lower-case word such as tokyo')
  .brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

/** A task that comes again and again: `recurring-3` is the third of a workshop. */
export const RecurringId = z
  .string()
  .regex(/^recurring-[1-9][0-9]{0,14}$/, 'the id of a recurring task looks like recurring-3')
  .brand<'RecurringId'>();
export type RecurringId = z.infer<typeof RecurringId>;

/** Several tasks with an order, made together. */
export const WorkflowId = z
  .string()
  .regex(/^workflow-[1-9][0-9]{0,14}$/, 'the id of a workflow looks like workflow-2')
  .brand<'WorkflowId'>();
export type WorkflowId = z.infer<typeof WorkflowId>;

/** The id of the `number`-th task of a workshop, counted from 1. */
export function taskIdOf(number: number): TaskId {
  return TaskId.parse(`task-${number}`);
}

/** The number inside a task id: 12 for `task-12`. */
export function taskNumberOf(id: TaskId): number {
  return Number(id.slice('task-'.length));
}

/** The id of the `number`-th recurring task of a workshop, counted from 1. */
export function recurringIdOf(number: number): RecurringId {
  return RecurringId.parse(`recurring-${number}`);
}

export function recurringNumberOf(id: RecurringId): number {
  return Number(id.slice('recurring-'.length));
}

/** The id of the `number`-th workflow of a workshop, counted from 1. */
export function workflowIdOf(number: number): WorkflowId {
  return WorkflowId.parse(`workflow-${number}`);
}

export function workflowNumberOf(id: WorkflowId): number {
  return Number(id.slice('workflow-'.length));
}

/** The id of a task's `ordinal`-th attempt, counted from 1. */
export function attemptIdOf(task: TaskId, ordinal: number): AttemptId {
  return AttemptId.parse(`${task}.${ordinal}`);
}

/** Which of its task's attempts it is, counted from 1. */
export function ordinalOfAttempt(id: AttemptId): number {
  return Number(id.slice(id.indexOf('.') + 1));
}

/** The task that an attempt belongs to. */
export function taskIdOfAttempt(id: AttemptId): TaskId {
  return TaskId.parse(id.slice(0, id.indexOf('.')));
}
