/** The part of the contract that says why: what is known of a task, what it waits for, and why its agents were chosen. */
import { z } from 'zod';
import { TaskAnalysis } from './domain/analysis.ts';
import { PassedCount, PlacementReason } from './domain/attempt.ts';
import { Demand } from './domain/demand.ts';
import { EngineSpec } from './domain/engine.ts';
import { Origin } from './domain/origin.ts';
import { Strategy } from './domain/strategy.ts';
import { TaskState } from './domain/task.ts';
import { Wait } from './domain/wait.ts';
import { FailureCode } from './errors.ts';
import { AgentId, AttemptId, TaskId } from './ids.ts';
import { operation } from './operation.ts';

/** Since when (epoch ms). */
const since = { since: z.number() };

/** One thing that keeps a task from going on. */
export const Pending = z.discriminatedUnion('code', [
  /** Its time (epoch ms). */
  z.strictObject({ code: z.literal('time'), ...since, at: z.number() }),
  z.strictObject({
    code: z.literal('tasks'),
    ...since,
    tasks: z.array(z.strictObject({ id: TaskId, title: z.string(), state: TaskState })),
  }),
  z.strictObject({ code: z.literal('issues'), ...since, issues: z.array(Origin) }),
  /** The pause after a failure. */
  z.strictObject({ code: z.literal('retry'), ...since, at: z.number(), failure: FailureCode }),
  /** A person: to retry it, to review it, or to let its merge go on. */
  z.strictObject({ code: z.literal('person'), ...since, to: z.enum(['retry', 'review']) }),
  /** It is in the queue. */
  z.strictObject({
    code: z.literal('queue'),
    ...since,
    /** What keeps it there, in English; `null`: only those before it, or nothing. */
    why: z.string().nullable(),
    /** The same for programs. */
    reason: Wait.nullable(),
    /** Tasks before it in its lane; `null`: very many. */
    ahead: z.int().min(0).nullable(),
  }),
]);
export type Pending = z.infer<typeof Pending>;

/** The best of the agents, then some that cannot take it, then how many more there are. */
const standings = {
  reasons: z.array(PlacementReason),
  passed: z.array(PassedCount),
};

export const Explanation = z.strictObject({
  taskId: TaskId,
  state: TaskState,
  /** Engine and words that an agent must meet. */
  demand: Demand,
  /** What is known of it, and where from; `null`: it was not analysed. */
  analysis: TaskAnalysis.nullable(),
  pending: z.array(Pending),
  /** How the agents stand to it now, while it waits in the queue. */
  now: z.strictObject({ strategy: Strategy, ...standings }).nullable(),
  /** The decisions so far, the newest first. */
  decisions: z.array(
    z.strictObject({
      attemptId: AttemptId,
      agentId: AgentId,
      /** Epoch ms. */
      at: z.number(),
      engine: EngineSpec.nullable(),
      ...standings,
    }),
  ),
});
export type Explanation = z.infer<typeof Explanation>;

export const EXPLAIN_OPERATIONS = {
  'tasks.explain': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/explain',
    summary:
      'Why a task is where it is: what is known of it, what it waits for, how its agents were chosen',
    permission: 'read',
    status: 200,
    input: z.strictObject({ id: TaskId }),
    output: Explanation,
  }),
} as const;
