/** Agents come, go, tire and rest. */
import type { ConsoleId } from '../console.ts';
import { rejection } from '../errors.ts';
import { assertNever, fail, ok, type Result } from '../result.ts';
import type { Agent } from './agent.ts';
import type { Command, DecideContext } from './command.ts';
import type { Condition } from './condition.ts';
import type { Event } from './event.ts';
import type { StateReader } from './state.ts';

type AgentCommand = Exclude<
  Extract<Command, { type: `agent.${string}` }>,
  { type: 'agent.set_slots' | 'agent.rest' }
>;

export function decideAgent(
  state: StateReader,
  command: AgentCommand,
  { actor }: DecideContext,
): Result<Event[]> {
  const { agentId } = command;
  if (command.type === 'agent.connect') {
    const { name, version, build = '', address, slots, capabilities } = command;
    const facts = { name, version, build, address, slots, capabilities };
    return ok([{ type: 'agent.connected', agentId, ...facts }]);
  }
  if (command.type === 'agent.enrol') {
    const { name, profile, enrolment } = command;
    return ok([{ type: 'agent.enrolled', agentId, name, profile, enrolment }]);
  }
  const agent = state.agent(agentId);
  if (!agent) return fail(rejection('not_found', `there is no agent ${agentId}`, { id: agentId }));
  // What is heard of one of another coordinator may change it, and forgetting it when nothing is heard any more.
  const isTheirs = agent.site !== null && command.type !== 'agent.disconnect';
  if (isTheirs && !(command.type === 'agent.remove' && state.workshop().site === null)) {
    const message = `${agentId} belongs to the coordinator "${agent.site}"; do it in the control center there`;
    return fail(rejection('led_elsewhere', message, { id: agentId, site: agent.site }));
  }
  switch (command.type) {
    case 'agent.disconnect':
      return ok(agent.connected ? [{ type: 'agent.disconnected', agentId, why: command.why }] : []);
    case 'agent.load': {
      const { overloaded } = command;
      if (!agent.connected || agent.overloaded === overloaded) return ok([]);
      return ok([{ type: 'agent.load_changed', agentId, overloaded }]);
    }
    case 'agent.conditions': {
      const { conditions } = command;
      const same = isSame(agent.conditions, conditions);
      return ok(same ? [] : [{ type: 'agent.conditions_changed', agentId, conditions }]);
    }
    case 'agent.change': {
      const { name = agent.name, profile = agent.profile } = command;
      return ok([{ type: 'agent.changed', agentId, name, profile }]);
    }
    case 'agent.update':
      return ok([{ type: 'agent.update_changed', agentId, update: command.update }]);
    case 'agent.drain': {
      const { draining } = command;
      return ok(
        agent.draining === draining ? [] : [{ type: 'agent.drain_changed', agentId, draining }],
      );
    }
    case 'agent.open_shell':
    case 'agent.close_shell':
      return ok(decideShell(agent, command, actor));
    case 'agent.remove':
      return remove(agent);
    default:
      return assertNever(command);
  }
}

function remove({ id: agentId, running }: Agent): Result<Event[]> {
  if (running.length === 0) return ok([{ type: 'agent.removed', agentId }]);
  const tasks = running.join(', ');
  const message = `${agentId} still works on ${tasks}; drain it first, or cancel them`;
  return fail(rejection('agent_has_work', message, { agentId }));
}

function decideShell(
  { id: agentId, shells = [] }: Agent,
  command: Extract<AgentCommand, { consoleId: ConsoleId }>,
  by: string,
): Event[] {
  const { consoleId } = command;
  const isOpen = shells.includes(consoleId);
  if (command.type === 'agent.open_shell')
    return isOpen ? [] : [{ type: 'agent.shell_opened', agentId, consoleId, by }];
  return isOpen ? [{ type: 'agent.shell_closed', agentId, consoleId, why: command.why }] : [];
}

/** The same troubles, whatever a message says of them now: bytes that are free change with every look. */
function isSame(before: readonly Condition[], now: readonly Condition[]): boolean {
  return before.length === now.length && now.every(({ kind }, i) => kind === before[i]?.kind);
}
