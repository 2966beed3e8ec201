/** Which attempt a person takes over with a task, as the journal has it. */
import type { ConsoleKind } from '../../../../shared/console.ts';
import { engineOf } from '../../../../shared/domain/engine.ts';
import { rejection } from '../../../../shared/errors.ts';
import type { AgentId, AttemptId, TaskId } from '../../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { Journal } from '../../journal/port.ts';

/** What a console is opened on. */
export interface Asked {
  readonly agentId: AgentId;
  /** `null`: the agent itself. */
  readonly attempt: { readonly attemptId: AttemptId; readonly fence: number } | null;
}

export function attemptToTakeOver(
  journal: Pick<Journal, 'task' | 'attempt'>,
  id: TaskId,
  kind: ConsoleKind,
): Result<Asked> {
  const task = journal.task(id);
  if (!task) return fail(rejection('not_found', `there is no task ${id}`, { id }));
  const attempt = task.attemptId === null ? undefined : journal.attempt(task.attemptId);
  if (attempt?.state !== 'running') {
    const message = `${id} is ${task.state}; only a task that an agent works on can be taken over`;
    return fail(rejection('illegal_transition', message, { id }));
  }
  if (kind === 'engine' && engineOf(task, attempt).kind === 'command') {
    const message = `the engine of ${id} is a command, which has no session to talk to; take over with a shell`;
    return fail(rejection('engine_unavailable', message, { id }));
  }
  const { id: attemptId, fence, agentId } = attempt;
  return ok({ agentId, attempt: { attemptId, fence } });
}
