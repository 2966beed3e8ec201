/** What a step is: given what is known so far and a voice to speak with, it ends well, with a warning, or with what to do. */
import type { Logger } from 'pino';
import type { Clock } from '../../../../shared/clock.ts';
import type {
  NewHost,
  PreflightItem,
  ProvisioningKind,
  StepSaid,
} from '../../../../shared/provisioning.ts';
import type { SelfTestStep } from '../../../../shared/protocol/agent.ts';
import type { AgentId } from '../../../../shared/ids.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import type { Enrolments } from '../../fleet/identity/enrolments.ts';
import type { Journal } from '../../journal/port.ts';
import type { Door } from '../../lan/door.ts';
import type { Release, Releases } from '../../releases/releases.ts';
import type { HostFacts, Place } from '../probe/facts.ts';
import type { Problem } from '../problem.ts';
import type { NewQuestion } from '../record.ts';
import type { RunMemory } from '../ssh/ask.ts';
import type { SshConnection } from '../ssh/connection.ts';
import type { Tunnels } from '../tunnels.ts';
import type { SshAccess } from '../ssh-access.ts';

/** What provisioning works with; made once, in the coordinator's root. */
export interface ProvisionDeps {
  readonly ssh: SshAccess;
  readonly releases: Releases;
  readonly door: Pick<Door, 'open' | 'address'>;
  readonly enrolments: Pick<Enrolments, 'enrol'>;
  readonly journal: Pick<Journal, 'agent' | 'submit'>;
  /** Gives an agent that is connected a tiny real task. */
  readonly selfTest: (agentId: AgentId) => Promise<Result<SelfTestStep[]>>;
  /** Build that an agent's link said hello with; `null` when it is not connected. */
  readonly buildOf: (agentId: AgentId) => string | null;
  readonly tunnels: Tunnels;
  /** Names this workshop on hosts: the fingerprint of its authority. */
  readonly workshopId: () => Promise<Result<string>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What steps found out for those after them. */
export interface Found {
  connection: SshConnection | null;
  facts: HostFacts | null;
  clockAheadMs: number | null;
  clockErrorMs: number;
  release: Release | null;
  place: Place | null;
  report: readonly PreflightItem[];
  /** Address that the agent shall find the coordinator by. */
  coordinator: string | null;
  /** For `sudo`, when it wants one. In memory for this run only. */
  sudoPassword: string | null;
  agentId: AgentId | null;
  name: string | null;
}

export interface RunContext {
  readonly kind: ProvisioningKind;
  readonly host: NewHost;
  /** Of the agent that is to be removed, or that is made anew; `null` for a new one. */
  readonly agentId: AgentId | null;
  readonly deps: ProvisionDeps;
  readonly signal: AbortSignal;
  readonly memory: RunMemory;
  readonly found: Found;
  readonly setReport: (report: readonly PreflightItem[]) => void;
  readonly setTunnel: (tunnel: boolean) => void;
  readonly setAgent: (agentId: AgentId) => void;
}

/** How a step tells what it does while it does it. */
export interface Voice {
  /** Shown as output; never given a secret. */
  say(text: string): void;
  progress(done: number, total: number): void;
  ask(question: NewQuestion): Promise<readonly string[] | null>;
}

export interface StepEnd {
  readonly state: 'done' | 'warned';
  readonly said: StepSaid;
}

export type StepResult = Result<StepEnd, Problem>;
export type Step = (context: RunContext, voice: Voice) => Promise<StepResult>;

export function done(said: StepSaid): StepResult {
  return ok({ state: 'done', said });
}

export function warned(said: StepSaid): StepResult {
  return ok({ state: 'warned', said });
}

/** What an earlier step has found; that it did is a matter of the order of steps. */
export function needed<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`a step came before ${what} was known`);
  return value;
}
