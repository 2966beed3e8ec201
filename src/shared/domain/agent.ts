/** An agent: a machine in the workshop. */
import { z } from 'zod';
import { ConsoleId } from '../console.ts';
import { AgentId, AttemptId, SiteId } from '../ids.ts';
import { Condition } from './condition.ts';
import { EngineKind } from './engine.ts';
import { SecurityLevel } from './security.ts';
import { Specialty } from './specialty.ts';

export const AGENT_STATES = [
  'offline',
  'idle',
  'busy',
  'overloaded',
  'maintenance',
  'error',
  'provisioning',
  'updating',
] as const;
export const AgentState = z.enum(AGENT_STATES);
export type AgentState = z.infer<typeof AgentState>;

/** A program found on the agent: name as in `needs`, version as it prints it. */
export const Tool = z.strictObject({ name: z.string(), version: z.string(), path: z.string() });
export type Tool = z.infer<typeof Tool>;

/** An engine the agent can run. `ready` false: installed, but (say) not logged in; `why` tells. */
export const AgentEngine = z.strictObject({
  kind: EngineKind,
  version: z.string(),
  ready: z.boolean(),
  why: z.string().nullable(),
});
export type AgentEngine = z.infer<typeof AgentEngine>;

export const Capabilities = z.strictObject({
  os: z.string(),
  arch: z.string(),
  hostname: z.string(),
  cpus: z.int().min(1),
  memoryBytes: z.number().min(0),
  diskFreeBytes: z.number().min(0),
  tools: z.array(Tool).max(200),
  engines: z.array(AgentEngine).max(50),
  specialties: z.array(Specialty),
  labels: z.array(z.string().max(64)).max(50),
});
export type Capabilities = z.infer<typeof Capabilities>;

/** What people said of an agent: where it stands, what it may see, what it is for. */
export const AgentProfile = z.strictObject({
  groups: z.array(z.string().trim().min(1).max(64)).max(20).default([]),
  /** Where the machine stands, for people and for rules: `Tokyo, 3rd floor`. */
  location: z.string().trim().min(1).max(100).nullable().default(null),
  /** The most confidential work it may see. */
  clearance: SecurityLevel.default('internal'),
  /** Added to those that its own configuration names. */
  specialties: z.array(Specialty).default([]),
  /** Hardware address that a magic packet wakes it by. */
  wakeAddress: z
    .string()
    .regex(
      /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/,
      'a hardware address looks like 00:1b:44:11:3a:b7 (lower case)',
    )
    .nullable()
    .default(null),
  /** Programs on it may order tasks through its own API; they run on it, and nowhere else. */
  mayOrder: z.boolean().default(false),
  /** Sent to rest while there is little to do, and woken when there is much. */
  standby: z.boolean().default(false),
});
export type AgentProfile = z.infer<typeof AgentProfile>;

/** How an agent got its certificate, and which key counts: a certificate of any other is refused. */
export const Enrolment = z.strictObject({
  via: z.enum(['ssh', 'invitation']),
  /** SHA-256 of the public key (DER, SubjectPublicKeyInfo), hexadecimal digits. */
  keyHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where SSH found it: `user@host:22`; `null` for one that came by invitation. */
  host: z.string().max(300).nullable(),
  at: z.number(),
});
export type Enrolment = z.infer<typeof Enrolment>;

/** The newest update of an agent's program. */
export const AgentUpdate = z.strictObject({
  state: z.enum(['running', 'done', 'failed']),
  version: z.string().max(100),
  build: z.string().max(64),
  /** Why it failed; the build before it goes on. */
  why: z.string().max(2_000).nullable(),
  at: z.number(),
});
export type AgentUpdate = z.infer<typeof AgentUpdate>;

export const Agent = z.strictObject({
  id: AgentId,
  name: z.string(),
  /** Derived by `agentState` whenever one of the fields below changes. */
  state: AgentState,
  connected: z.boolean(),
  overloaded: z.boolean(),
  draining: z.boolean(),
  /** So many attempts it may hold now; follows its load where that is switched on. */
  slots: z.int().min(1),
  /** What it said itself when it connected, where `slots` is another number. */
  ownSlots: z.int().min(1).optional(),
  /** Since when it rests, and why: it is off, or about to be, and nothing is given to it. */
  resting: z.strictObject({ since: z.number(), why: z.string() }).nullable().default(null),
  /** The coordinator it belongs to, where several share a queue and it is another one's. */
  site: SiteId.nullable().default(null),
  /** Then the event of that one's log that it stands at here. */
  told: z.int().min(0).optional(),
  /** The attempts it holds, oldest first; never more than `slots`. */
  running: z.array(AttemptId),
  capabilities: Capabilities,
  /** Troubles of the machine, newest report of its own. */
  conditions: z.array(Condition).max(20).default([]),
  profile: AgentProfile.prefault({}),
  /** `null` for an agent of the coordinator's own PC. */
  enrolment: Enrolment.nullable().default(null),
  update: AgentUpdate.nullable().default(null),
  /** Shells on the agent itself that people have open. */
  shells: z.array(ConsoleId).optional(),
  /** Empty before it connected for the first time. */
  version: z.string(),
  /** Names the content of its program; empty when it did not say. */
  build: z.string().optional(),
  address: z.string(),
  firstSeenAt: z.number(),
  /** Last change of `connected`. */
  since: z.number(),
});
export type Agent = z.infer<typeof Agent>;

/** The state people see, from the facts behind it. */
export function agentState(
  facts: Pick<Agent, 'connected' | 'overloaded' | 'draining' | 'running' | 'version' | 'update'>,
): AgentState {
  if (facts.version === '') return 'provisioning';
  if (!facts.connected) return 'offline';
  if (facts.update?.state === 'running') return 'updating';
  if (facts.draining) return 'maintenance';
  if (facts.overloaded) return 'overloaded';
  return facts.running.length > 0 ? 'busy' : 'idle';
}

/** Load of an agent right now; sent with every heartbeat, kept in memory only. Not every system tells what is optional. */
export const Vitals = z.strictObject({
  /** Share of all cores in use, 0 to 1. */
  cpu: z.number().min(0).max(1),
  memoryUsedBytes: z.number().min(0),
  memoryBytes: z.number().min(0),
  diskFreeBytes: z.number().min(0),
  /** One-minute load average. */
  load1: z.number().min(0),
  /** Over the network, all cards together. */
  rxBytesPerS: z.number().min(0).optional(),
  txBytesPerS: z.number().min(0).optional(),
  /** When the certificate of the agent ends, epoch ms. */
  certificateEndsAt: z.number().optional(),
  /** How far its wall clock is ahead of the coordinator's, in ms; found by the coordinator. */
  clockAheadMs: z.number().optional(),
  /** Round trip of its link, the shortest of the latest heartbeats, in ms; measured by the agent. */
  latencyMs: z.number().min(0).optional(),
});
export type Vitals = z.infer<typeof Vitals>;
