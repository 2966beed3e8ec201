/** A task: one piece of work, mostly from one issue, and the one table of its states. */
import { z } from 'zod';
import { FailureCode } from '../errors.ts';
import { AttemptId, RecurringId, SiteId, TaskId, WorkflowId } from '../ids.ts';
import { line, paragraphs } from '../text.ts';
import { TaskAnalysis } from './analysis.ts';
import { Checkpoint } from './checkpoint.ts';
import { EngineChoice } from './engine.ts';
import { Need } from './need.ts';
import { Origin } from './origin.ts';
import { PullRequest } from './pull.ts';
import { ReviewComment } from './review-comment.ts';
import { SecurityLevel } from './security.ts';
import { IssueSource } from './source.ts';
import { Specialty } from './specialty.ts';

export const TASK_STATES = [
  'scheduled',
  'blocked',
  'pending',
  'analyzing',
  'queued',
  'assigned',
  'in_progress',
  'testing',
  'review',
  'completed',
  'failed',
  'cancelled',
] as const;
export const TaskState = z.enum(TASK_STATES);
export type TaskState = z.infer<typeof TaskState>;

/** Every legal move. What is not here is refused with an error that names both states. */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  scheduled: ['queued', 'blocked', 'cancelled'],
  blocked: ['queued', 'cancelled'],
  pending: ['analyzing', 'blocked', 'cancelled'],
  analyzing: ['queued', 'cancelled'],
  queued: ['assigned', 'blocked', 'cancelled'],
  assigned: ['in_progress', 'failed', 'cancelled'],
  in_progress: ['testing', 'failed', 'cancelled'],
  testing: ['review', 'failed', 'cancelled'],
  review: ['completed', 'failed', 'cancelled'],
  failed: ['queued', 'cancelled'],
  completed: [],
  cancelled: [],
};

export function canMove(from: TaskState, to: TaskState): boolean {
  return TASK_TRANSITIONS[from].includes(to);
}

/** True when nothing can happen to the task any more. */
export function isEnd(state: TaskState): boolean {
  return TASK_TRANSITIONS[state].length === 0;
}

/** True while an agent holds the task. */
export function isHeld(state: TaskState): boolean {
  return state === 'assigned' || state === 'in_progress' || state === 'testing';
}

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;

/** Where the code is: a path on the coordinator PC or a git URL, and the branch to start from. */
export const RepoRef = z.strictObject({
  url: line(2_000),
  /** `null` until the repository was looked at; then its default branch, or the one asked for. */
  base: line(200).nullable(),
});
export type RepoRef = z.infer<typeof RepoRef>;

/** The size of a change, as git counts it. */
export const ChangeStats = z.strictObject({
  files: z.int().min(0),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
});
export type ChangeStats = z.infer<typeof ChangeStats>;

/** How the project's own tests ended in an attempt. */
export const TestSummary = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('skipped'),
    why: z.string(),
    /** The same for programs; reports before it was told lack it. */
    code: z.enum(['switched_off', 'none_found']).optional(),
  }),
  z.strictObject({
    outcome: z.enum(['passed', 'failed']),
    command: z.string(),
    exitCode: z.int(),
    durationMs: z.number().min(0),
  }),
]);
export type TestSummary = z.infer<typeof TestSummary>;

/** A pushed branch that can be reviewed. */
export const Change = z.strictObject({
  attemptId: AttemptId,
  branch: z.string(),
  commit: z.string(),
  base: z.string(),
  baseCommit: z.string(),
  stats: ChangeStats,
  tests: TestSummary,
});
export type Change = z.infer<typeof Change>;

/** What a person said about an earlier attempt; the next attempt's engine reads it. */
export const Feedback = z.strictObject({
  at: z.number(),
  by: z.string(),
  attemptId: AttemptId.nullable(),
  comment: z.string(),
  /** On single lines of the change of that attempt. */
  comments: z.array(ReviewComment).optional(),
});
export type Feedback = z.infer<typeof Feedback>;

export const Failure = z.strictObject({
  code: FailureCode,
  message: z.string(),
  attemptId: AttemptId.nullable(),
  /** When the task is queued again by itself (epoch ms); `null`: only a person can retry it. */
  retryAt: z.number().nullable(),
});
export type Failure = z.infer<typeof Failure>;

/** Why a change was not merged; a code means the same for ever. */
export const MergeRefusal = z.enum([
  'conflict',
  'in_the_way',
  'rebasing',
  'not_taken',
  'moved',
  'change_gone',
  'branch_gone',
  'unreadable',
  'not_current',
  'checks_failed',
  'not_reviewed',
  'changes_requested',
  'closed',
  'forge_refused',
  'internal',
]);
export type MergeRefusal = z.infer<typeof MergeRefusal>;

/** An approval on its way: asked for, carried out by the forge, or refused by it. */
export const Merge = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('requested'), at: z.number(), by: z.string() }),
  z.strictObject({
    state: z.literal('refused'),
    at: z.number(),
    message: z.string(),
    /** Files in conflict, or changed by hand in the target work tree. */
    files: z.array(z.string()),
    /** Events before it was told lack it. */
    code: MergeRefusal.optional(),
  }),
  z.strictObject({
    state: z.literal('merged'),
    at: z.number(),
    commit: z.string(),
    how: z.enum(['fast_forward', 'merge_commit', 'already_merged', 'pull_request']),
  }),
]);
export type Merge = z.infer<typeof Merge>;

/** What several tasks share that must not be worked on at once: `path:src/api`, `branch:main`, `label:deploy`. Of one repository, unless it begins with `all:`. */
export const ConcurrencyKey = line(200);

export const UPSTREAM_RULES = ['wait', 'skip'] as const;
export const UpstreamRule = z.enum(UPSTREAM_RULES);
export type UpstreamRule = z.infer<typeof UpstreamRule>;

/** Which step of which workflow a task is. `name`: of the workflow; `step`: as its file names it, with the item of a fan-out. */
export const WorkflowStep = z.strictObject({
  id: WorkflowId,
  name: z.string().max(200),
  step: z.string().max(300),
});
export type WorkflowStep = z.infer<typeof WorkflowStep>;

export const Task = z.strictObject({
  id: TaskId,
  title: z.string(),
  body: z.string(),
  repo: RepoRef,
  priority: Priority,
  engine: EngineChoice,
  /** Nothing of it leaves the agent for a model: it is worked on by `ollama` or not at all. */
  localOnly: z.boolean().default(false),
  /** Only agents cleared for it see it. */
  security: SecurityLevel.default('internal'),
  /** Where its data must stay: only agents that stand there work on it; `null`: anywhere. */
  location: z.string().nullable().default(null),
  /** Tasks that share one of these are worked on one at a time. */
  concurrency: z.array(ConcurrencyKey).default([]),
  /** What becomes of it when a task that it waits for will never complete: it stays blocked, or is cancelled. */
  upstream: UpstreamRule.default('wait'),
  needs: z.array(Need),
  after: z.array(TaskId),
  /** The time it was scheduled for (epoch ms), if any. */
  at: z.number().nullable(),
  state: TaskState,
  specialty: Specialty.nullable(),
  createdAt: z.number(),
  createdBy: z.string(),
  updatedAt: z.number(),
  /** Since when it waits in the queue; decides its rank. `null` outside the queue. */
  queuedAt: z.number().nullable(),
  /** The attempt that holds the task, or held it last. */
  attemptId: AttemptId.nullable(),
  attempts: z.int().min(0),
  /** Failures that count against the retry limit, and losses of the machine, since a person last stepped in. */
  failures: z.int().min(0),
  losses: z.int().min(0),
  /** Attempts whose processes were killed under them, in a row: too many, and the task is parked. */
  kills: z.int().min(0).default(0),
  /** The newest work in progress that the next attempt can go on from, or learn from. */
  checkpoint: Checkpoint.nullable().default(null),
  change: Change.nullable(),
  failure: Failure.nullable(),
  merge: Merge.nullable(),
  feedback: z.array(Feedback),
  cancelReason: z.string().nullable(),
  /** The issue it was made from; `null`: it was written here. */
  origin: Origin.nullable().default(null),
  /** What that issue said last; `null`: nobody has read it. */
  source: IssueSource.nullable().default(null),
  /** Issues that must be closed first. */
  blockers: z.array(Origin).default([]),
  /** The pull request of its change, at forges that have such. */
  pull: PullRequest.nullable().default(null),
  /** What the analysis found; `null`: it was not looked at. */
  analysis: TaskAnalysis.nullable().default(null),
  /** The workflow it is a step of. */
  workflow: WorkflowStep.nullable().default(null),
  /** Name that people gave to several tasks made together. */
  batch: z.string().nullable().default(null),
  /** What it is one time of. */
  recurring: RecurringId.nullable().default(null),
  /** The coordinator that leads it, where several share a queue; `null`: it is shared with none. */
  site: SiteId.nullable().default(null),
  /** The number under which that coordinator leads it: a higher one ends its right to. */
  leadFence: z.int().min(0).default(0),
  /** Where another coordinator leads it: the event of that one's log that it stands at here. */
  told: z.int().min(0).optional(),
});
export type Task = z.infer<typeof Task>;

/** What a person or program gives to create a task. */
export const NewTask = z.strictObject({
  repo: line(2_000),
  base: line(200).optional(),
  title: line(500),
  body: paragraphs(200_000).default(''),
  priority: Priority.default('normal'),
  engine: EngineChoice.optional(),
  localOnly: z.boolean().optional(),
  needs: z.array(Need).max(20).default([]),
  after: z.array(TaskId).max(100).default([]),
  /** Not before this time (epoch ms). */
  at: z.int().min(0).max(8_640_000_000_000_000).optional(),
  /** The issue it is made from. While a task of the same issue is open, a second one is refused. */
  origin: Origin.optional(),
  /** What the issue says now, for whoever has read it. */
  source: IssueSource.optional(),
  /** Issues that must be closed first. */
  blockers: z.array(Origin).max(100).optional(),
  specialty: Specialty.optional(),
  security: SecurityLevel.optional(),
  location: line(100).optional(),
  concurrency: z.array(ConcurrencyKey).max(5).optional(),
  upstream: UpstreamRule.optional(),
  batch: line(100).optional(),
  /** Make it all the same. */
  again: z.boolean().optional(),
});
export type NewTask = z.infer<typeof NewTask>;
