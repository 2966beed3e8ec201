/**
 * Frames between agent and coordinator: JSON text over one WebSocket that the agent opens
 * (`GET /agent`, `Authorization: Bearer <agent token>`), plus the binary frames of `output.ts`.
 *
 *   agent                         coordinator
 *   hello (who I am, what I hold) →
 *                                 ← welcome (what of it still counts, what I have of it)
 *   heartbeat n                   → ← heartbeat n   (renews the leases of all attempts)
 *                                 ← assign
 *   report seq=1,2,3…             → ← report_ack seq | report_refused
 *   output frames                 → ← output_ack offset
 *                                 ← cancel
 *   work_kept                     → ← work_kept_ack   (of an attempt that is over)
 *   renew (signing request)       → ← certificate
 *                                 ← stand_still (the emergency stop, and the end of it)
 *                                 ← make_room (one attempt stands still for an urgent task, or goes on)
 *                                 ← slots (so many at once, from now on)
 *                                 ← rest (nothing is to be done here for a while)
 *                                 ← self_test
 *   self_test_result              →
 *                                 ← update
 *   update_result                 →
 *                                 ← log_ask
 *   log_tail                      →
 *   task_order                    → ← task_order_answer   (where the welcome says `takesOrders`)
 *   console_…                     ↔ console_…, and their bytes  (`console.ts`)
 *
 * A build on trial has a link of its own, beside that of the agent it may replace:
 *
 *   hello (trial: the order)      → ← welcome, self_test
 *   self_test_result              → ← trial_result, and the link is closed
 */
import { z } from 'zod';
import { Capabilities, Vitals } from '../domain/agent.ts';
import { AttemptReport } from '../domain/attempt.ts';
import { Condition } from '../domain/condition.ts';
import { EngineSpec } from '../domain/engine.ts';
import { LOG_FROM_AGENT, LOG_TO_AGENT } from './agent-log.ts';
import { Feedback } from '../domain/task.ts';
import { RejectionCode } from '../errors.ts';
import { AttemptId, OwnAgentId, TaskId } from '../ids.ts';
import { ModelGrant } from '../models.ts';
import { TaskOrder } from './task-order.ts';
import { CONSOLE_FROM_AGENT, CONSOLE_TO_AGENT } from './console.ts';

/** Says whose token it is in a request for an executable; a certificate says so itself. */
export const AGENT_HEADER = 'x-koubou-agent';

const offset = z.int().min(0);
const held = { attemptId: AttemptId, fence: z.int().min(1) };

/** Bounds on one attempt. Durations in ms, sizes in bytes. */
export const AttemptLimits = z.strictObject({
  /** A checkpoint of the work in progress is made this often, when something changed. */
  checkpointMs: z.int().min(1),
  engineMs: z.int().min(1),
  /** The engine is stopped when it prints nothing for so long. */
  engineIdleMs: z.int().min(1),
  testMs: z.int().min(1),
  setupMs: z.int().min(1),
  outputBytes: z.int().min(1),
});
export type AttemptLimits = z.infer<typeof AttemptLimits>;

/** Everything an agent needs to work on an attempt. */
export const AttemptSpec = z.strictObject({
  ...held,
  taskId: TaskId,
  ordinal: z.int().min(1),
  title: z.string(),
  body: z.string(),
  feedback: z.array(Feedback),
  /** Why the attempt before this one failed, for the engine to learn from. */
  lastFailure: z.string().nullable(),
  repo: z.strictObject({
    /** Stable name of the repository: the key of the agent's cache. */
    key: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/),
    /** Path on the coordinator's own address: `/git/KEY.git`. */
    path: z.string(),
    base: z.string(),
    baseCommit: z.string(),
    /** Branch of an earlier attempt to go on from, already in the repository. */
    startFrom: z.string().nullable(),
  }),
  /**
   * What an earlier attempt had done: a commit on that attempt's work branch, whose first parent is what it started
   * from. `continue`: it was interrupted, its work goes into the tree. `context`: it failed; its work is shown to the engine.
   */
  work: z
    .strictObject({
      attemptId: AttemptId,
      branch: z.string(),
      commit: z.string(),
      use: z.enum(['continue', 'context']),
    })
    .nullable(),
  /** Where work in progress of this attempt is pushed to. */
  workBranch: z.string(),
  branch: z.string(),
  /** Good for this repository and this branch while the attempt lasts; never written to disk. */
  gitToken: z.string(),
  engine: EngineSpec,
  /**
   * `null`: there is no account for this engine, which uses what its own machine is signed in with; left out by a
   * coordinator that knows no gateway. Never written to disk.
   */
  models: ModelGrant.nullable().optional(),
  author: z.strictObject({ name: z.string(), email: z.string() }),
  limits: AttemptLimits,
});
export type AttemptSpec = z.infer<typeof AttemptSpec>;

/** What an agent still holds of an attempt when it (re)connects. */
export const Holding = z.strictObject({
  ...held,
  /** The last report it made. */
  reportSeq: z.int().min(0),
});
export type Holding = z.infer<typeof Holding>;

/** One step of a self-test. `ms`: how long it took. */
export const SelfTestStep = z.object({
  name: z.enum(['fetch', 'terminal', 'test', 'commit', 'push', 'disk']),
  ok: z.boolean(),
  ms: z.number().min(0),
  message: z.string().max(2_000),
});
export type SelfTestStep = z.infer<typeof SelfTestStep>;

export const FromAgent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int().min(0),
    /** Content id of the program; empty: run from its sources. */
    build: z.string().max(64).default(''),
    /** The order of the update that this program is on trial for, beside the agent's own link; it takes no work. */
    trial: z.string().max(64).nullable().default(null),
    agentId: OwnAgentId,
    name: z.string().min(1).max(100),
    version: z.string().max(100),
    slots: z.int().min(1).max(1_000),
    capabilities: Capabilities,
    repos: z.array(z.string()).max(10_000),
    holding: z.array(Holding).max(1_000),
  }),
  z.object({
    type: z.literal('heartbeat'),
    n: z.int().min(0),
    vitals: Vitals,
    conditions: z.array(Condition).max(20),
    repos: z.array(z.string()).max(10_000).optional(),
    /** Wall clock of the agent, epoch ms; to tell people that it is wrong, and for nothing else. */
    at: z.number().optional(),
    /** Round trip of the link, in ms; left out while none is known. */
    latencyMs: z.number().min(0).optional(),
  }),
  z.object({
    type: z.literal('report'),
    ...held,
    seq: z.int().min(1),
    report: AttemptReport,
  }),
  /** The agent cannot take an assigned attempt (full, shutting down). */
  z.object({ type: z.literal('declined'), ...held, why: z.string().max(1_000) }),
  /** The unpushed work of an attempt that is over was pushed to its work branch. */
  z.object({ type: z.literal('work_kept'), ...held, commit: z.string().max(64) }),
  /** All bytes of both streams were sent; the attempt's recording is whole. */
  z.object({ type: z.literal('output_end'), ...held, terminal: offset, transcript: offset }),
  /** A signing request (PEM) for the same key as before, when half of the certificate's time is over. */
  z.object({ type: z.literal('renew'), request: z.string().max(8_192) }),
  z.object({
    type: z.literal('self_test_result'),
    id: z.string().max(64),
    steps: z.array(SelfTestStep).max(20),
  }),
  /** How the trial of a build ended. `ok`: the agent leaves its place to it now. */
  z.object({
    type: z.literal('update_result'),
    order: z.string().max(64),
    ok: z.boolean(),
    why: z.string().max(2_000).nullable(),
  }),
  ...LOG_FROM_AGENT,
  /** A program on the agent's PC creates or cancels a task. */
  z.object({ type: z.literal('task_order'), id: z.string().min(1).max(64), order: TaskOrder }),
  ...CONSOLE_FROM_AGENT,
]);
export type FromAgent = z.infer<typeof FromAgent>;

export const ToAgent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: z.int(),
    heartbeatMs: z.int().min(1),
    pauseMs: z.int().min(1),
    /** It knows `task_order`; one that does not would end the link over it. */
    takesOrders: z.boolean().optional(),
    /** The workshop is stopped: all attempts are to stand still until told otherwise. */
    standStill: z.boolean().optional(),
    /** Those of its attempts that stand still for an urgent task; all others do not. */
    makingRoom: z.array(AttemptId).max(1_000).optional(),
    /** It takes so many at once; left out: as many as it said itself. */
    slots: z.int().min(1).max(1_000).optional(),
    /** Attempts that still count, and how far the coordinator has them. */
    attempts: z.array(
      z.strictObject({
        ...held,
        reportSeq: z.int().min(0),
        terminal: offset,
        transcript: offset,
        /** Once more: an agent that was restarted does not have it. */
        gitToken: z.string(),
      }),
    ),
    /**
     * Attempts that are over: to be ended. What they printed is still taken, from these offsets on, and what they
     * did can be pushed to their work branch with the token. What is in neither list is unknown here, and can go.
     */
    over: z.array(
      z.strictObject({
        ...held,
        terminal: offset,
        transcript: offset,
        /** Path of the repository on the coordinator's own address. */
        repoPath: z.string(),
        workBranch: z.string(),
        gitToken: z.string(),
        /** The task ended well or was called off: what was done is of no use to anybody. */
        unwanted: z.boolean(),
      }),
    ),
  }),
  z.object({ type: z.literal('heartbeat'), n: z.int().min(0) }),
  /** The emergency stop: all attempts stand still at once; later, `on` false, they go on. */
  z.object({ type: z.literal('stand_still'), on: z.boolean() }),
  /** It stands still for an urgent task, and takes no slot meanwhile; later, `on` false, it goes on. */
  z.object({ type: z.literal('make_room'), ...held, on: z.boolean() }),
  /** So many attempts at once, whatever its own configuration says. */
  z.object({ type: z.literal('slots'), slots: z.int().min(1).max(1_000) }),
  /** It may sleep: nothing is given to it until it comes again. */
  z.object({ type: z.literal('rest'), why: z.string() }),
  z.object({ type: z.literal('assign'), spec: AttemptSpec }),
  z.object({
    type: z.literal('cancel'),
    ...held,
    reason: z.string(),
    /** The task is called off or done: nobody wants what the attempt did. */
    unwanted: z.boolean(),
  }),
  z.object({ type: z.literal('report_ack'), attemptId: AttemptId, seq: z.int().min(1) }),
  /** The report does not count and never will: stop the attempt. */
  z.object({
    type: z.literal('report_refused'),
    attemptId: AttemptId,
    seq: z.int().min(1),
    code: RejectionCode,
    message: z.string(),
  }),
  z.object({
    type: z.literal('output_ack'),
    attemptId: AttemptId,
    stream: z.enum(['terminal', 'transcript']),
    offset,
  }),
  z.object({ type: z.literal('work_kept_ack'), attemptId: AttemptId }),
  z.object({
    type: z.literal('task_order_answer'),
    id: z.string(),
    /** `null`: it was refused. */
    taskId: TaskId.nullable(),
    /** Its code may be one that only newer builds know. */
    refusal: z
      .object({
        code: z.string(),
        message: z.string(),
        details: z.record(z.string(), z.json()).optional(),
      })
      .nullable(),
  }),
  z.object({ type: z.literal('goodbye'), why: z.string() }),
  z.object({ type: z.literal('certificate'), certificate: z.string(), authority: z.string() }),
  /** A tiny real task: fetch, work in a terminal, test, commit, push to `branch`. */
  z.object({
    type: z.literal('self_test'),
    id: z.string(),
    repoPath: z.string(),
    branch: z.string(),
    gitToken: z.string(),
  }),
  /** To a build on trial, when the coordinator has seen what it did. */
  z.object({ type: z.literal('trial_result'), ok: z.boolean(), why: z.string().nullable() }),
  /** Try this build beside the one that runs, and leave the place to it when it is good. */
  z.object({
    type: z.literal('update'),
    order: z.string(),
    version: z.string(),
    build: z.string(),
    /** Of the executable, unpacked. */
    size: z.int().min(1),
    sha256: z.string(),
    /** On the coordinator's own address; compressed with gzip, may be read in ranges. */
    path: z.string(),
  }),
  ...LOG_TO_AGENT,
  ...CONSOLE_TO_AGENT,
]);
export type ToAgent = z.infer<typeof ToAgent>;
