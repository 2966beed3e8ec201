/** How much an agent is given: its slots as they follow its load, and its rest. Pure. */
import { rejection } from '../errors.ts';
import { fail, ok, type Result } from '../result.ts';
import type { CommandOf } from './command.ts';
import type { Event } from './event.ts';
import type { StateReader } from './state.ts';

export function decideScale(
  state: StateReader,
  command: CommandOf<'agent.set_slots' | 'agent.rest'>,
): Result<Event[]> {
  const { agentId, why } = command;
  const agent = state.agent(agentId);
  if (!agent) return fail(rejection('not_found', `there is no agent ${agentId}`, { id: agentId }));
  if (command.type === 'agent.set_slots') {
    const { slots } = command;
    return ok(slots === agent.slots ? [] : [{ type: 'agent.slots_changed', agentId, slots, why }]);
  }
  const { resting } = command;
  const isSo = (agent.resting !== null) === resting;
  return ok(isSo ? [] : [{ type: 'agent.rest_changed', agentId, resting, why }]);
}
