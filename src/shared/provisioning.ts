/**
 * A provisioning: one run over SSH against one host, step by step, as people watch it. Kept in the coordinator's memory;
 * what lasts of it is the agent (`agent.enrolled`).
 */
import { z } from 'zod';
import { AgentProfile } from './domain/agent.ts';
import { AgentId } from './ids.ts';

export const ProvisioningId = z
  .string()
  .regex(/^provisioning-[1-9][0-9]{0,9}$/, 'a provisioning id looks like provisioning-3')
  .brand<'ProvisioningId'>();
export type ProvisioningId = z.infer<typeof ProvisioningId>;

/** `add`: makes the host an agent. `check`: looks only. `uninstall`: removes all that was made there. */
export const ProvisioningKind = z.enum(['add', 'check', 'uninstall']);
export type ProvisioningKind = z.infer<typeof ProvisioningKind>;

const LOOK = ['connect', 'host_key', 'sign_in', 'probe'] as const;
const CHECK = [...LOOK, 'preflight'] as const;
const ADD = [...CHECK, 'upload', 'install', 'start', 'self_test'] as const;

export const STEP_NAMES = [...ADD, 'remove'] as const;
export const StepName = z.enum(STEP_NAMES);
export type StepName = z.infer<typeof StepName>;

/** The steps of each kind, in their order. */
export const STEPS_OF: Readonly<Record<ProvisioningKind, readonly StepName[]>> = {
  add: ADD,
  check: CHECK,
  uninstall: [...LOOK, 'remove'],
};

export const StepState = z.enum([
  'waiting',
  'running',
  'asking',
  'done',
  'warned',
  'failed',
  'skipped',
]);
export type StepState = z.infer<typeof StepState>;

/** What a step that went well has to say, as a value: the window puts it in words of its own. */
export const StepSaid = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('reached'), host: z.string(), through: z.array(z.string()) }),
  z.strictObject({ code: z.literal('key_known') }),
  z.strictObject({ code: z.literal('key_accepted'), fingerprint: z.string() }),
  z.strictObject({
    code: z.literal('signed_in'),
    user: z.string(),
    by: z.enum(['password', 'key']),
  }),
  z.strictObject({
    code: z.literal('probed'),
    hostname: z.string(),
    os: z.string(),
    machine: z.string(),
    cpus: z.int().nullable(),
  }),
  z.strictObject({ code: z.literal('fits') }),
  /** `checks`: their names in the report, below what is wanted. */
  z.strictObject({ code: z.literal('fits_barely'), checks: z.array(z.string()) }),
  z.strictObject({ code: z.literal('there_already'), version: z.string() }),
  z.strictObject({
    code: z.literal('uploaded'),
    bytes: z.number(),
    /** `null`: nothing was left to bring. */
    bytesPerS: z.number().nullable(),
    /** What an earlier try had brought. */
    resumedAt: z.number(),
  }),
  z.strictObject({
    code: z.literal('installed'),
    service: z.string(),
    /** False: it was already. */
    changed: z.boolean(),
    /** What the program on the host has to say about it. */
    note: z.string().nullable(),
  }),
  z.strictObject({ code: z.literal('connected'), agentId: AgentId, version: z.string() }),
  z.strictObject({ code: z.literal('ready'), agentId: AgentId }),
  z.strictObject({ code: z.literal('nothing_there'), agentId: AgentId }),
  z.strictObject({ code: z.literal('removed') }),
  /** What could not be removed. */
  z.strictObject({ code: z.literal('left'), what: z.array(z.string()) }),
]);
export type StepSaid = z.infer<typeof StepSaid>;

export const ProvisioningStep = z.strictObject({
  name: StepName,
  state: StepState,
  /** Epoch ms; `null` before it began. */
  startedAt: z.number().nullable(),
  /** How long it took, or has taken. */
  ms: z.number().min(0),
  /** One sentence: what was found, or what was wrong and what to do. */
  message: z.string(),
  /** The same as a value, where it went well. */
  said: StepSaid.optional(),
  /** The end of what the host printed. */
  output: z.string().max(16_384),
  /** Bytes done and to do, while something is uploaded. */
  progress: z.strictObject({ done: z.int().min(0), total: z.int().min(0) }).nullable(),
});
export type ProvisioningStep = z.infer<typeof ProvisioningStep>;

/** What only a person can answer. Answers are never stored. */
export const Question = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('host_key'),
    n: z.int().min(1),
    /** `host:port` of the hop that is asked about. */
    host: z.string(),
    algorithm: z.string(),
    /** `SHA256:…` as OpenSSH prints it. */
    fingerprint: z.string(),
  }),
  z.strictObject({
    kind: z.literal('prompts'),
    n: z.int().min(1),
    host: z.string(),
    what: z.enum(['password', 'passphrase', 'interactive', 'sudo_password']),
    /** What the server says before its prompts, or which key it is about. */
    text: z.string(),
    prompts: z.array(z.strictObject({ text: z.string(), echo: z.boolean() })).max(20),
  }),
]);
export type Question = z.infer<typeof Question>;

/** One line of the report on what the system requires. */
export const PreflightItem = z.strictObject({
  name: z.string(),
  /** `bad`: below the minimum; usable with a warning. `missing`: it does not work without. */
  verdict: z.enum(['good', 'note', 'bad', 'missing']),
  found: z.string(),
  wanted: z.string(),
  /** What to do about it; empty when it is good. */
  advice: z.string(),
});
export type PreflightItem = z.infer<typeof PreflightItem>;

export const Provisioning = z.strictObject({
  id: ProvisioningId,
  kind: ProvisioningKind,
  /** As it was given: `user@host:port`, or a name of the SSH configuration. */
  target: z.string(),
  agentId: AgentId.nullable(),
  state: z.enum(['waiting', 'running', 'asking', 'done', 'failed', 'cancelled']),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  steps: z.array(ProvisioningStep),
  question: Question.nullable(),
  report: z.array(PreflightItem),
  /** The host reaches the coordinator only through this connection. */
  tunnel: z.boolean(),
  /** `null` while nothing went wrong; with what to do. */
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type Provisioning = z.infer<typeof Provisioning>;

/** One host to add. */
export const NewHost = z.strictObject({
  target: z.string().trim().min(1).max(300),
  /** What it is called here; the host's own name when left out. */
  name: z.string().trim().min(1).max(100).optional(),
  profile: AgentProfile.prefault({}),
  slots: z.int().min(1).max(64).optional(),
  /** `user`: a service of the user who signs in. `system`: of the whole machine, with root or sudo. */
  install: z.enum(['user', 'system']).default('user'),
});
export type NewHost = z.infer<typeof NewHost>;

/** A host that could be added, and where we know it from. */
export const HostSuggestion = z.strictObject({
  target: z.string(),
  from: z.array(z.enum(['ssh_config', 'known_hosts', 'mdns'])).min(1),
  address: z.string().nullable(),
  /** Runs an agent already, of this workshop or another. */
  koubou: z.boolean(),
  /** What that agent says of itself on the LAN, which proves nothing. */
  agent: z
    .strictObject({
      id: AgentId,
      name: z.string(),
      version: z.string(),
      /** `ours`: but it is no member, say because it was removed. */
      workshop: z.enum(['ours', 'another', 'none']),
    })
    .nullable()
    .default(null),
});
export type HostSuggestion = z.infer<typeof HostSuggestion>;
