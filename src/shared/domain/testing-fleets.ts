/** For tests of placement: agents that differ in all that placement reads. */
import { AgentId, AttemptId, SiteId } from '../ids.ts';
import { AgentProfile, agentState, type Agent } from './agent.ts';
import { ENGINE_KINDS, type EngineKind } from './engine.ts';
import type { AgentRecord, Candidate } from './place-input.ts';
import type { SecurityLevel } from './security.ts';
import type { Specialty } from './specialty.ts';

export const WORDS = [
  ...['gpu', 'go', 'agent.agent-1', 'not.agent.agent-0', 'group.farm', 'not.group.farm'],
  ...['os.linux', 'os.macos', 'arch.arm64', 'memory.16g', 'at.tokyo', 'not.at.tokyo'],
  ...['clearance.public', 'clearance.confidential'],
];

/** What agents of these tests differ in. */
export interface Facts {
  readonly slots: number;
  readonly taken: number;
  readonly trouble:
    | 'none'
    | 'offline'
    | 'draining'
    | 'overloaded'
    | 'disk_full'
    | 'elsewhere'
    | 'resting';
  readonly ready: readonly EngineKind[];
  readonly tools: readonly string[];
  readonly labels: string[];
  readonly specialties: Specialty[];
  readonly groups: string[];
  readonly location: string | null;
  readonly clearance: SecurityLevel;
  readonly os: string;
  readonly arch: string;
  readonly memoryBytes: number;
  readonly cpu: number;
  readonly repos: readonly string[];
  readonly latencyMs: number | null;
  readonly record: AgentRecord | null;
}

export function candidateOf(one: Facts, index: number): Candidate {
  const { vitals, record } = {
    vitals: { cpu: one.cpu, memoryUsedBytes: 0, memoryBytes: 1, diskFreeBytes: 1, load1: 0 },
    record: () => one.record,
  };
  const agent = agentOf(one, `agent-${index}`);
  return { agent, vitals, record, repos: new Set(one.repos), latencyMs: one.latencyMs };
}

function agentOf(one: Facts, name: string): Agent {
  const { slots, trouble, groups, location, clearance } = one;
  const state = {
    connected: trouble !== 'offline',
    overloaded: trouble === 'overloaded',
    draining: trouble === 'draining',
    running: Array.from({ length: Math.min(one.taken, slots) }, (_, n) =>
      AttemptId.parse(`task-9${n}.1`),
    ),
    ...{ version: '1', update: null },
  };
  return {
    ...{ id: AgentId.parse(name), name, ...state, state: agentState(state), slots },
    resting: trouble === 'resting' ? { since: 1, why: 'little to do' } : null,
    site: trouble === 'elsewhere' ? SiteId.parse('london') : null,
    conditions: trouble === 'disk_full' ? [{ kind: 'disk_full', since: 1, message: 'full' }] : [],
    capabilities: {
      ...{ os: one.os, arch: one.arch, hostname: name, cpus: 4, diskFreeBytes: 1 },
      memoryBytes: one.memoryBytes,
      tools: one.tools.map((tool) => ({ name: tool, version: '1', path: tool })),
      engines: ENGINE_KINDS.map((kind) => ({
        ...{ kind, version: '1', why: null },
        ready: one.ready.includes(kind),
      })),
      ...{ specialties: one.specialties, labels: one.labels },
    },
    profile: AgentProfile.parse({ groups, location, clearance }),
    ...{ enrolment: null, address: '::1', firstSeenAt: 0, since: 0 },
  };
}
