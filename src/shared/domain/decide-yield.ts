/** Making room for an urgent task: an attempt of a low one stands still, and goes on afterwards. Pure. */
import { ok, type Result } from '../result.ts';
import { isAttemptEnd } from './attempt.ts';
import type { CommandOf } from './command.ts';
import type { Event } from './event.ts';
import type { Agent } from './agent.ts';
import type { StateReader } from './state.ts';

/** An attempt that has ended meanwhile has made its room already. */
export function decideYield(
  state: StateReader,
  command: CommandOf<'attempt.yield' | 'attempt.continue'>,
): Result<Event[]> {
  const attempt = state.attempt(command.attemptId);
  if (!attempt || isAttemptEnd(attempt.state)) return ok([]);
  const { id: attemptId, taskId } = attempt;
  const about = { taskId, attemptId, reportSeq: null };
  const yields = attempt.yieldedTo !== null;
  if (command.type === 'attempt.yield')
    return ok(yields ? [] : [{ type: 'attempt.yielded', ...about, to: command.to }]);
  return ok(yields ? [{ type: 'attempt.continued', ...about }] : []);
}

/** Slots of an agent that are used by attempts that do not stand still for urgent tasks. */
export function busySlots(
  state: Pick<StateReader, 'attempt'>,
  { running }: Pick<Agent, 'running'>,
): number {
  return running.filter((id) => (state.attempt(id)?.yieldedTo ?? null) === null).length;
}
