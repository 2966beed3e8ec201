/** For tests: agents and ready tasks as plain values. */
import { AgentProfile, agentState, type Agent } from './agent.ts';
import type { ReadyTask } from './place.ts';
import { AgentId, taskIdOf } from '../ids.ts';

/** A connected agent with an engine that runs commands. */
export function worker(name: string, facts: Partial<Agent> = {}): Agent {
  const agent: Agent = {
    id: AgentId.parse(name),
    name,
    state: 'idle',
    connected: true,
    overloaded: false,
    draining: false,
    slots: 1,
    running: [],
    conditions: [],
    capabilities: {
      os: 'linux',
      arch: 'x64',
      hostname: name,
      cpus: 4,
      memoryBytes: 8e9,
      diskFreeBytes: 1e11,
      tools: [],
      engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      specialties: [],
      labels: [],
    },
    profile: AgentProfile.parse({}),
    resting: null,
    site: null,
    enrolment: null,
    update: null,
    version: '1',
    address: '::1',
    firstSeenAt: 0,
    since: 0,
    ...facts,
  };
  return { ...agent, state: agentState(agent) };
}

export function readyTask(number: number, facts: Partial<ReadyTask> = {}): ReadyTask {
  return {
    id: taskIdOf(number),
    number,
    rank: number,
    demand: { engine: 'command', needs: [] },
    specialty: null,
    repo: 'shop',
    failedOn: [],
    failedWith: [],
    ...facts,
  };
}
