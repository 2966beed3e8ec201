/**
 * What an event says about a request to a model: who made it, and what came of it. Pure, and read from the state before the
 * event. Folding it over the log gives the table `model_calls`.
 */
import { z } from 'zod';
import { AgentId, AttemptId, TaskId } from '../ids.ts';
import { ModelCall } from '../models.ts';
import { EngineKind, engineOf } from './engine.ts';
import type { StoredEvent } from './event.ts';
import type { StateReader } from './state.ts';

export const CallRecord = z.strictObject({
  /** Of its event. */
  seq: z.int(),
  /** When it was over (epoch ms). */
  at: z.number(),
  taskId: TaskId,
  attemptId: AttemptId,
  agentId: AgentId,
  /** The address of the repository. */
  repo: z.string(),
  engine: EngineKind,
  call: ModelCall,
});
export type CallRecord = z.infer<typeof CallRecord>;

/** `null`: the event is about something else. */
export function callOf(before: StateReader, { seq, at, event }: StoredEvent): CallRecord | null {
  if (event.type !== 'attempt.model_called') return null;
  const { taskId, attemptId, call } = event;
  const task = before.task(taskId);
  const attempt = before.attempt(attemptId);
  if (!task || !attempt) return null;
  const { agentId } = attempt;
  const { kind: engine } = engineOf(task, attempt);
  // Of an attempt so old that it did not tell, whose task was opened to all engines since: nobody knows.
  if (engine === 'auto') return null;
  return {
    ...{ seq, at, taskId, attemptId, agentId, call },
    ...{ repo: task.repo.url, engine },
  };
}
