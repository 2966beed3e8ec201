/**
 * Everything that can have happened. Events are facts in the past tense, stored for ever; a schema here
 * may gain optional fields, and never loses or renames one.
 */
import { z } from 'zod';
import { ConsoleId } from '../console.ts';
import { FailureCode } from '../errors.ts';
import { AgentId, AttemptId, RecurringId, SiteId, TaskId } from '../ids.ts';
import { ModelCall } from '../models.ts';
import { AgentProfile, AgentUpdate, Capabilities, Enrolment } from './agent.ts';
import { AttemptFailure, PassedCount, Phase, PhaseOutcome, PlacementReason } from './attempt.ts';
import { Checkpoint } from './checkpoint.ts';
import { Condition } from './condition.ts';
import { EngineChoice, EngineSpec, Usage } from './engine.ts';
import { Origin } from './origin.ts';
import { PullRequest } from './pull.ts';
import { IssueSource } from './source.ts';
import { StopHow } from './state.ts';
import { Need } from './need.ts';
import { ACCESS_EVENTS } from './event-access.ts';
import { QUEUE_EVENTS } from './event-queue.ts';
import { SecurityLevel } from './security.ts';
import { SITE_EVENTS } from './event-site.ts';
import { TaskAnalysis } from './analysis.ts';
import { Specialty } from './specialty.ts';
import {
  Change,
  ConcurrencyKey,
  Feedback,
  Merge,
  Priority,
  RepoRef,
  TestSummary,
  UpstreamRule,
  WorkflowStep,
} from './task.ts';

const task = { taskId: TaskId };
/** `reportSeq`: the agent's report that told us; `null` when the coordinator decided by itself. */
const attempt = { taskId: TaskId, attemptId: AttemptId, reportSeq: z.int().min(1).nullable() };
const agent = { agentId: AgentId };

/** Why a task went (back) into the queue. */
export const QueuedWhy = z.enum([
  'analysed',
  'due',
  'unblocked',
  'retry',
  'retry_by_hand',
  'sent_back',
  'agent_lost',
  /** Its attempt was ended by the emergency stop. */
  'stopped',
  /** Its pull request, closed before, was opened again. */
  'reopened',
  /** The coordinator that led it is gone, and another one took it over. */
  'site_lost',
]);
export type QueuedWhy = z.infer<typeof QueuedWhy>;

export const Event = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('task.created'),
    ...task,
    state: z.enum(['pending', 'scheduled', 'blocked']),
    title: z.string(),
    body: z.string(),
    repo: RepoRef,
    priority: Priority,
    engine: EngineChoice,
    localOnly: z.boolean().optional(),
    needs: z.array(Need),
    after: z.array(TaskId),
    at: z.number().nullable(),
    by: z.string(),
    /** Where whoever ordered it knew; else the analysis says. */
    specialty: Specialty.optional(),
    origin: Origin.optional(),
    source: IssueSource.optional(),
    blockers: z.array(Origin).optional(),
    security: SecurityLevel.optional(),
    location: z.string().optional(),
    concurrency: z.array(ConcurrencyKey).optional(),
    upstream: UpstreamRule.optional(),
    workflow: WorkflowStep.optional(),
    batch: z.string().optional(),
    recurring: RecurringId.optional(),
    site: SiteId.optional(),
  }),
  z.strictObject({
    type: z.literal('task.updated'),
    ...task,
    title: z.string().optional(),
    body: z.string().optional(),
    priority: Priority.optional(),
    engine: EngineChoice.optional(),
    localOnly: z.boolean().optional(),
    needs: z.array(Need).optional(),
    specialty: Specialty.optional(),
    after: z.array(TaskId).optional(),
    security: SecurityLevel.optional(),
    /** `null`: anywhere. */
    location: z.string().nullable().optional(),
    concurrency: z.array(ConcurrencyKey).optional(),
    upstream: UpstreamRule.optional(),
    /** The analysis with what a person changed in it. */
    analysis: TaskAnalysis.optional(),
  }),
  z.strictObject({ type: z.literal('task.source_changed'), ...task, source: IssueSource }),
  z.strictObject({ type: z.literal('task.blockers_changed'), ...task, blockers: z.array(Origin) }),
  z.strictObject({ type: z.literal('task.pull_changed'), ...task, pull: PullRequest }),
  z.strictObject({ type: z.literal('task.analysis_started'), ...task }),
  z.strictObject({
    type: z.literal('task.analysed'),
    ...task,
    specialty: Specialty,
    /** Events before it was kept lack it. */
    analysis: TaskAnalysis.optional(),
    /** All that it needs by now, where the analysis found more. */
    needs: z.array(Need).optional(),
    security: SecurityLevel.optional(),
    location: z.string().optional(),
    concurrency: z.array(ConcurrencyKey).optional(),
  }),
  z.strictObject({ type: z.literal('task.queued'), ...task, why: QueuedWhy }),
  /** It has been told to wait for tasks that are not completed. */
  z.strictObject({ type: z.literal('task.blocked'), ...task }),
  z.strictObject({
    type: z.literal('task.assigned'),
    ...task,
    attemptId: AttemptId,
    agentId: AgentId,
    fence: z.int().min(1),
    reasons: z.array(PlacementReason),
    /** Where `reasons` does not name all agents. */
    passed: z.array(PassedCount).optional(),
    /** What works on it; events before it was told are of what the task names. */
    engine: EngineSpec.optional(),
    /** The work it goes on from, kept from a lost attempt. */
    from: Checkpoint.optional(),
  }),
  z.strictObject({ type: z.literal('task.started'), ...task }),
  z.strictObject({ type: z.literal('task.testing_started'), ...task }),
  z.strictObject({ type: z.literal('task.review_opened'), ...task, change: Change }),
  z.strictObject({
    type: z.literal('task.failed'),
    ...task,
    code: FailureCode,
    message: z.string(),
    attemptId: AttemptId.nullable(),
    retryAt: z.number().nullable(),
  }),
  z.strictObject({ type: z.literal('task.feedback_given'), ...task, feedback: Feedback }),
  z.strictObject({ type: z.literal('task.merge_changed'), ...task, merge: Merge }),
  z.strictObject({ type: z.literal('task.completed'), ...task }),
  z.strictObject({
    type: z.literal('task.cancelled'),
    ...task,
    reason: z.string(),
    by: z.string(),
  }),

  z.strictObject({ type: z.literal('attempt.started'), ...attempt }),
  z.strictObject({ type: z.literal('attempt.phase_started'), ...attempt, phase: Phase }),
  z.strictObject({
    type: z.literal('attempt.phase_ended'),
    ...attempt,
    phase: Phase,
    outcome: PhaseOutcome,
    detail: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal('attempt.usage_reported'), ...attempt, usage: Usage }),
  /** A request to a model through the gateway is over. */
  z.strictObject({
    type: z.literal('attempt.model_called'),
    taskId: TaskId,
    attemptId: AttemptId,
    call: ModelCall,
  }),
  z.strictObject({ type: z.literal('attempt.checkpointed'), ...attempt, commit: z.string() }),
  z.strictObject({ type: z.literal('attempt.paused'), ...attempt }),
  z.strictObject({ type: z.literal('attempt.resumed'), ...attempt }),
  /** Stands still for an urgent task, which has its slot meanwhile; later, goes on. */
  z.strictObject({ type: z.literal('attempt.yielded'), ...attempt, to: TaskId }),
  z.strictObject({ type: z.literal('attempt.continued'), ...attempt }),
  z.strictObject({ type: z.literal('attempt.taken_over'), ...attempt, by: z.string() }),
  z.strictObject({ type: z.literal('attempt.handed_back'), ...attempt }),
  /** A message came from an attempt that does not count any more, and was refused. Recorded once per attempt. */
  z.strictObject({
    type: z.literal('attempt.fenced'),
    taskId: TaskId,
    attemptId: AttemptId,
    agentId: AgentId,
    what: z.string(),
  }),
  /** What a fenced attempt had done is safe on its work branch. */
  z.strictObject({
    type: z.literal('attempt.work_kept'),
    taskId: TaskId,
    attemptId: AttemptId,
    commit: z.string(),
  }),
  z.strictObject({
    type: z.literal('attempt.ended'),
    ...attempt,
    state: z.enum(['succeeded', 'failed', 'cancelled', 'lost']),
    failure: AttemptFailure.nullable(),
    tests: TestSummary.nullable(),
  }),

  z.strictObject({
    type: z.literal('agent.connected'),
    ...agent,
    name: z.string(),
    version: z.string(),
    /** Events before it was told of lack it. */
    build: z.string().optional(),
    address: z.string(),
    slots: z.int().min(1),
    capabilities: Capabilities,
  }),
  z.strictObject({
    type: z.literal('agent.enrolled'),
    ...agent,
    name: z.string(),
    profile: AgentProfile,
    enrolment: Enrolment,
  }),
  z.strictObject({
    type: z.literal('agent.changed'),
    ...agent,
    name: z.string(),
    profile: AgentProfile,
  }),
  z.strictObject({ type: z.literal('agent.update_changed'), ...agent, update: AgentUpdate }),
  z.strictObject({ type: z.literal('agent.disconnected'), ...agent, why: z.string() }),
  z.strictObject({ type: z.literal('agent.load_changed'), ...agent, overloaded: z.boolean() }),
  /** How many attempts it may hold follows how it bears them. */
  z.strictObject({
    type: z.literal('agent.slots_changed'),
    ...agent,
    slots: z.int().min(1),
    why: z.string(),
  }),
  /** Sent to rest, or woken. */
  z.strictObject({
    type: z.literal('agent.rest_changed'),
    ...agent,
    resting: z.boolean(),
    why: z.string(),
  }),
  z.strictObject({ type: z.literal('agent.drain_changed'), ...agent, draining: z.boolean() }),
  z.strictObject({
    type: z.literal('agent.conditions_changed'),
    ...agent,
    conditions: z.array(Condition),
  }),
  z.strictObject({ type: z.literal('agent.removed'), ...agent }),
  /** A person asked for a shell on the agent itself, outside of any task; nothing was opened before this was recorded. */
  z.strictObject({
    type: z.literal('agent.shell_opened'),
    ...agent,
    consoleId: ConsoleId,
    by: z.string(),
  }),
  z.strictObject({
    type: z.literal('agent.shell_closed'),
    ...agent,
    consoleId: ConsoleId,
    why: z.string(),
  }),

  ...QUEUE_EVENTS,
  ...SITE_EVENTS,
  ...ACCESS_EVENTS,

  /** The emergency stop; nothing of the queue's own switch changes. */
  z.strictObject({
    type: z.literal('workshop.stopped'),
    by: z.string(),
    how: StopHow,
    reason: z.string(),
  }),
  z.strictObject({ type: z.literal('workshop.restarted'), by: z.string() }),

  /** The workshop stands again as it did after event `seq`; what came later is not in this log. */
  z.strictObject({
    type: z.literal('workshop.restored'),
    /** The backup it started from; `null`: the log alone. */
    backup: z.string().nullable(),
    seq: z.int().min(0),
    /** The highest numbers that were ever given out, in what is gone now, too: none is used twice. */
    lastTask: z.int().min(0),
    lastFence: z.int().min(0),
  }),
  /** Attempts of this task that a restore took away keep their numbers. */
  z.strictObject({ type: z.literal('task.restored'), ...task, attempts: z.int().min(0) }),
]);
export type Event = z.infer<typeof Event>;
export type EventType = Event['type'];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/** An event as it stands in the log. */
export const StoredEvent = z.strictObject({
  /** 1, 2, 3, … without gaps. */
  seq: z.int().min(1),
  /** Coordinator's wall clock, epoch ms; never decides anything. */
  at: z.number(),
  /** Who caused it: `user`, `user:NAME`, `agent:ID`, `scheduler`, `forge`, … */
  actor: z.string(),
  event: Event,
});
export type StoredEvent = z.infer<typeof StoredEvent>;

/** The task an event is about, if any: the key of the timeline. */
export function taskOfEvent(event: Event): TaskId | null {
  if (event.type === 'site.told') return event.about ?? null;
  return 'taskId' in event ? event.taskId : null;
}
