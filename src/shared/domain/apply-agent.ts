/** What the events of an agent make of it. */
import type { AgentId } from '../ids.ts';
import { assertNever } from '../result.ts';
import { agentState, AgentProfile, type Agent, type Capabilities } from './agent.ts';
import type { Event } from './event.ts';
import type { StateChange, StateReader } from './state.ts';

type AgentEvent = Extract<Event, { type: `agent.${string}` }>;

export function applyAgent(
  state: StateReader,
  event: AgentEvent,
  at: number,
): StateChange | undefined {
  const before = state.agent(event.agentId);
  switch (event.type) {
    case 'agent.enrolled': {
      const { name, profile, enrolment } = event;
      return changed({ ...(before ?? stranger(event.agentId, at)), name, profile, enrolment });
    }
    case 'agent.connected': {
      const { version, build, address, slots, capabilities } = event;
      const agent = before ?? stranger(event.agentId, at);
      // The name of an enrolled agent is what people here call it.
      const name = agent.enrolment ? agent.name : event.name;
      // Where the coordinator decides about its slots, what it says itself is only kept.
      const room = agent.ownSlots === undefined ? { slots } : { ownSlots: slots };
      // What was saved before builds were told of stays as it is.
      const facts = {
        name,
        version,
        address,
        ...room,
        capabilities,
        ...(build !== undefined && { build }),
      };
      return changed({ ...agent, ...facts, connected: true, overloaded: false, since: at });
    }
    case 'agent.disconnected':
      return before && changed({ ...before, connected: false, overloaded: false, since: at });
    case 'agent.changed':
      return before && changed({ ...before, name: event.name, profile: event.profile });
    case 'agent.update_changed':
      return before && changed({ ...before, update: event.update });
    case 'agent.load_changed':
      return before && changed({ ...before, overloaded: event.overloaded });
    case 'agent.conditions_changed':
      return before && changed({ ...before, conditions: event.conditions });
    case 'agent.slots_changed': {
      const ownSlots = before?.ownSlots ?? before?.slots ?? event.slots;
      return before && changed({ ...before, slots: event.slots, ownSlots });
    }
    case 'agent.rest_changed': {
      const resting = event.resting ? { since: at, why: event.why } : null;
      return before && changed({ ...before, resting });
    }
    case 'agent.drain_changed':
      return before && changed({ ...before, draining: event.draining });
    case 'agent.shell_opened':
      return before && changed({ ...before, shells: [...(before.shells ?? []), event.consoleId] });
    case 'agent.shell_closed': {
      const shells = before?.shells?.filter((id) => id !== event.consoleId) ?? [];
      return before && changed({ ...before, shells });
    }
    case 'agent.removed':
      return { removedAgent: event.agentId };
    default:
      return assertNever(event);
  }
}

/** Nothing is known of the machine until it connects. */
const UNKNOWN: Capabilities = {
  os: '',
  arch: '',
  hostname: '',
  cpus: 1,
  memoryBytes: 0,
  diskFreeBytes: 0,
  tools: [],
  engines: [],
  specialties: [],
  labels: [],
};

function stranger(id: AgentId, at: number): Agent {
  return {
    id,
    name: id,
    state: 'provisioning',
    connected: false,
    overloaded: false,
    draining: false,
    slots: 1,
    resting: null,
    site: null,
    running: [],
    capabilities: UNKNOWN,
    conditions: [],
    profile: AgentProfile.parse({}),
    enrolment: null,
    update: null,
    version: '',
    address: '',
    firstSeenAt: at,
    since: at,
  };
}

function changed(agent: Agent): StateChange {
  return { agent: { ...agent, state: agentState(agent) } };
}
