/** An attempt: one try of a task on one agent, under a lease and a fencing number that only grows. */
import { z } from 'zod';
import { FailureCode } from '../errors.ts';
import { AgentId, AttemptId, TaskId } from '../ids.ts';
import { Checkpoint } from './checkpoint.ts';
import { EngineKind, EngineSpec, Usage } from './engine.ts';
import { HoldReason } from './supply.ts';
import { Change, TestSummary } from './task.ts';

/** The seven steps of an attempt, in order. */
export const PHASES = [
  'prepare',
  'analyse',
  'implement',
  'apply',
  'test',
  'push',
  'report',
] as const;
export const Phase = z.enum(PHASES);
export type Phase = z.infer<typeof Phase>;

export const ATTEMPT_STATES = [
  'assigned',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
] as const;
export const AttemptState = z.enum(ATTEMPT_STATES);
export type AttemptState = z.infer<typeof AttemptState>;

export const ATTEMPT_TRANSITIONS: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  assigned: ['running', 'failed', 'cancelled', 'lost'],
  running: ['succeeded', 'failed', 'cancelled', 'lost'],
  succeeded: [],
  failed: [],
  cancelled: [],
  lost: [],
};

export function isAttemptEnd(state: AttemptState): boolean {
  return ATTEMPT_TRANSITIONS[state].length === 0;
}

export const PhaseOutcome = z.enum(['passed', 'failed', 'skipped']);
export type PhaseOutcome = z.infer<typeof PhaseOutcome>;

export const PhaseRun = z.strictObject({
  phase: Phase,
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  outcome: PhaseOutcome.nullable(),
  /** One line for the timeline: `worktree from cache`, `npm test`, `3 files changed`. */
  detail: z.string().nullable(),
});
export type PhaseRun = z.infer<typeof PhaseRun>;

/** Why an agent could not take a task. */
export const LackCode = z.enum([
  'offline',
  'draining',
  'trouble',
  'overloaded',
  'full',
  'no_engine',
  'engine_not_ready',
  'missing',
  'engine_held',
  'resting',
  'elsewhere',
  'not_cleared',
  'wrong_place',
]);
export type LackCode = z.infer<typeof LackCode>;

/** `about`: the engine, the needs, or the kind of trouble. */
export const Lack = z.strictObject({ code: LackCode, about: z.string().optional() });
export type Lack = z.infer<typeof Lack>;

/** Why an engine was not taken: what keeps its account, its limit is near, it failed this task, others are cheaper, or this agent cannot run it. */
export const PassedOver = z.enum([
  ...HoldReason.options,
  'near_limit',
  'failed',
  'dearer',
  'unable',
]);
export type PassedOver = z.infer<typeof PassedOver>;

/** The engine that was chosen where the task left that open, and why those that come before it were not. */
export const EnginePick = z.strictObject({
  kind: EngineKind,
  passed: z.array(z.strictObject({ kind: EngineKind, why: PassedOver })),
});
export type EnginePick = z.infer<typeof EnginePick>;

/** Why an agent was chosen or passed over, for the "why here" view. */
export const PlacementReason = z.strictObject({
  agentId: AgentId,
  /** Higher is better; `null` when the agent could not take the task. */
  score: z.number().nullable(),
  /** Contributions to the score by name, or why the agent was passed over. */
  parts: z.record(z.string(), z.number()),
  why: z.string(),
  /** Why it was passed over, for programs; events before it was told lack it. */
  lack: Lack.optional(),
  engine: EnginePick.optional(),
});
export type PlacementReason = z.infer<typeof PlacementReason>;

/** So many agents besides those that have a reason of their own. `outscored`: they could have taken it, and stood behind. */
export const PassedCount = z.strictObject({
  code: z.enum([...LackCode.options, 'outscored']),
  count: z.int().min(1),
});
export type PassedCount = z.infer<typeof PassedCount>;

export const AttemptFailure = z.strictObject({ code: FailureCode, message: z.string() });
export type AttemptFailure = z.infer<typeof AttemptFailure>;

export const Attempt = z.strictObject({
  id: AttemptId,
  taskId: TaskId,
  agentId: AgentId,
  /** Grows with every assignment in the whole workshop; a message with an older one is refused. */
  fence: z.int().min(1),
  ordinal: z.int().min(1),
  state: AttemptState,
  phases: z.array(PhaseRun),
  reasons: z.array(PlacementReason),
  passed: z.array(PassedCount).optional(),
  assignedAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** The last report of the agent that was applied; the next one must be this plus one. */
  reportSeq: z.int().min(0),
  usage: Usage.nullable(),
  /** The gateway counts what it uses, so that what the engine says of it does not count. */
  metered: z.boolean().optional(),
  /** What it works with; attempts before it was told work with what their task names. */
  engine: EngineSpec.optional(),
  failure: AttemptFailure.nullable(),
  /** The work it started with, kept from an earlier attempt that was lost. */
  resumedFrom: Checkpoint.nullable().default(null),
  /** Its newest checkpoint, on its work branch. */
  checkpoint: Checkpoint.nullable().default(null),
  /** Since when it stands still because its agent cannot hear the coordinator (epoch ms). */
  pausedAt: z.number().nullable().default(null),
  /** Who works in its tree by hand, and since when (epoch ms): it stands still meanwhile. */
  takenOver: z.strictObject({ by: z.string(), at: z.number() }).nullable().default(null),
  /** The urgent task it stands still for, and since when (epoch ms): its slot is that one's meanwhile. */
  yieldedTo: z.strictObject({ taskId: TaskId, at: z.number() }).nullable().default(null),
  /** The first message that came from it when it did not count any more. */
  fenced: z.strictObject({ at: z.number(), what: z.string() }).nullable().default(null),
  /** What it had done when it was fenced off, saved on its work branch. */
  kept: Checkpoint.nullable().default(null),
});
export type Attempt = z.infer<typeof Attempt>;

/** What an agent says about an attempt. Sent in order, numbered from 1, applied exactly once. */
export const AttemptReport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started') }),
  z.strictObject({ kind: z.literal('phase_started'), phase: Phase }),
  z.strictObject({
    kind: z.literal('phase_ended'),
    phase: Phase,
    outcome: PhaseOutcome,
    detail: z.string().max(2_000).nullable(),
  }),
  z.strictObject({ kind: z.literal('usage'), usage: Usage }),
  /** Work in progress was pushed to the attempt's work branch. */
  z.strictObject({ kind: z.literal('checkpointed'), commit: z.string().max(64) }),
  /** It stands still, since the coordinator was not heard; later, it goes on. */
  z.strictObject({ kind: z.literal('paused') }),
  z.strictObject({ kind: z.literal('resumed') }),
  /** A person works in its tree by hand; later, gave it back. */
  z.strictObject({ kind: z.literal('taken_over'), by: z.string().max(200) }),
  z.strictObject({ kind: z.literal('handed_back') }),
  z.strictObject({ kind: z.literal('succeeded'), change: Change }),
  z.strictObject({
    kind: z.literal('failed'),
    code: FailureCode,
    message: z.string().max(20_000),
    tests: TestSummary.nullable(),
    /** When the reason is over, where that is known (epoch ms). */
    until: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('cancelled') }),
]);
export type AttemptReport = z.infer<typeof AttemptReport>;
