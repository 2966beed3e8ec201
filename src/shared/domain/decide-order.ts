/**
 * What an agent may order, through its own API, in the name of the programs on its PC: nothing until a person allows it; then
 * tasks that run on itself, and the end of those that it ordered or holds. Pure.
 */
import { rejection, type Rejection } from '../errors.ts';
import type { AgentId } from '../ids.ts';
import { isForAgent, needFor } from './demand.ts';
import type { StateReader } from './state.ts';
import { isHeld, type Task } from './task.ts';

/** Who asks, as it stands in the log. */
export function actorOf(agentId: AgentId): string {
  return `agent:${agentId}`;
}

/** Why the agent may order nothing; `null`: it may. */
export function refuseOrders(state: StateReader, agentId: AgentId): Rejection | null {
  if (state.agent(agentId)?.profile.mayOrder === true) return null;
  return rejection(
    'not_allowed',
    `${agentId} may not order tasks. A person allows it at the coordinator: koubou agents change ${agentId} --may-order`,
    { agentId },
  );
}

/** Why it may not order a task of these needs. */
export function refuseCreation(
  state: StateReader,
  agentId: AgentId,
  needs: readonly string[],
): Rejection | null {
  const refused = refuseOrders(state, agentId);
  const own = needFor(agentId);
  if (refused || (needs.includes(own) && needs.every((need) => need === own || !isForAgent(need))))
    return refused;
  return rejection('not_allowed', `what ${agentId} orders runs on ${agentId} only`, { agentId });
}

/** Why it may not cancel the task. */
export function refuseCancellation(
  state: StateReader,
  agentId: AgentId,
  task: Task,
): Rejection | null {
  const refused = refuseOrders(state, agentId);
  if (refused) return refused;
  const attempt = task.attemptId === null ? undefined : state.attempt(task.attemptId);
  const holds = isHeld(task.state) && attempt?.agentId === agentId;
  // One that it ordered may be held by itself only: it can run nowhere else.
  if (holds || task.createdBy === actorOf(agentId)) return null;
  return rejection(
    'not_allowed',
    `${agentId} did not order ${task.id} and does not hold it; cancel it at the coordinator: koubou tasks cancel ${task.id}`,
    { agentId, id: task.id },
  );
}
