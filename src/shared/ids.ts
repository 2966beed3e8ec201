/**
 * Branded identifiers. Every id is plain text that a person can say aloud and type:
 * `task-12` is the twelfth task, `task-12.2` its second attempt, `agent-atelier` a machine.
 */
import { z } from 'zod';
import { AGENT_ID, TASK_ID } from './id-patterns.ts';

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

/** The id of the `number`-th task of a workshop, counted from 1. */
export function taskIdOf(number: number): TaskId {
  return TaskId.parse(`task-${number}`);
}

/** The number inside a task id: 12 for `task-12`. */
export function taskNumberOf(id: TaskId): number {
  return Number(id.slice('task-'.length));
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
