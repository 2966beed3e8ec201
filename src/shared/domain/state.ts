/** The workshop's state as `decide` and `apply` read it, and as a plain map for the renderer and tests. */
import { z } from 'zod';
import { SiteId, type AgentId, type AttemptId, type RecurringId, type TaskId } from '../ids.ts';
import type { Agent } from './agent.ts';
import type { Attempt } from './attempt.ts';
import type { Recurring } from './recurring.ts';
import { isEnd, Priority, type Task } from './task.ts';

/** What becomes of running attempts: they stand still until the workshop goes on, or end and begin anew then. */
export const StopHow = z.enum(['freeze', 'end']);
export type StopHow = z.infer<typeof StopHow>;

export const Stop = z.strictObject({
  how: StopHow,
  by: z.string(),
  /** Epoch ms. */
  at: z.number(),
  /** What a person said about it; may be empty. */
  reason: z.string(),
});
export type Stop = z.infer<typeof Stop>;

/** A part of the queue: the tasks of one priority, or of one repository (its URL). */
export const QueueScope = z.union([
  z.strictObject({ priority: Priority }),
  z.strictObject({ repo: z.string().max(2_000) }),
]);
export type QueueScope = z.infer<typeof QueueScope>;

/** Counters and switches of the whole workshop. */
export const Workshop = z.strictObject({
  /** Number of the newest task; the next one is this plus one. */
  lastTask: z.int().min(0),
  /** The newest fencing number given out. */
  lastFence: z.int().min(0),
  queuePaused: z.boolean(),
  /** Of what else nothing is given out. */
  pauses: z.array(QueueScope).default([]),
  /** Numbers of the newest recurring task and the newest workflow. */
  lastRecurring: z.int().min(0).default(0),
  lastWorkflow: z.int().min(0).default(0),
  /** Which of the coordinators that share a queue this is; `null`: it shares none. */
  site: z
    .strictObject({
      id: SiteId,
      index: z.int().min(0),
      /** Fencing numbers up to this one were given out before it joined, and mean nothing elsewhere. */
      fence: z.int().min(0),
    })
    .nullable()
    .default(null),
  /** The emergency stop: nothing runs, is given out or merged. `null`: the workshop works. */
  stopped: Stop.nullable().default(null),
});
export type Workshop = z.infer<typeof Workshop>;

export const NEW_WORKSHOP: Workshop = {
  lastTask: 0,
  lastFence: 0,
  queuePaused: false,
  pauses: [],
  lastRecurring: 0,
  lastWorkflow: 0,
  site: null,
  stopped: null,
};

/** Read access by id. The coordinator answers from its tables, the renderer from its store. */
export interface StateReader {
  task(id: TaskId): Task | undefined;
  attempt(id: AttemptId): Attempt | undefined;
  agent(id: AgentId): Agent | undefined;
  recurring(id: RecurringId): Recurring | undefined;
  workshop(): Workshop;
}

/** What the deciding needs besides. */
export interface DecideReader extends StateReader {
  /** The open task that was made from the issue at this address, if any. */
  openTaskOf(origin: string): Task | undefined;
}

/** What one event changes: at most one entity of each kind, as it stands afterwards. */
export interface StateChange {
  readonly task?: Task;
  readonly attempt?: Attempt;
  readonly agent?: Agent;
  readonly removedAgent?: AgentId;
  readonly recurring?: Recurring;
  readonly removedRecurring?: RecurringId;
  readonly workshop?: Workshop;
}

/** A whole state in maps: the renderer's copy, and what tests fold a log into. */
export interface State extends DecideReader {
  readonly tasks: Map<TaskId, Task>;
  readonly attempts: Map<AttemptId, Attempt>;
  readonly agents: Map<AgentId, Agent>;
  readonly recurrings: Map<RecurringId, Recurring>;
  put(change: StateChange): void;
}

export function emptyState(): State {
  const tasks = new Map<TaskId, Task>();
  const attempts = new Map<AttemptId, Attempt>();
  const agents = new Map<AgentId, Agent>();
  const recurrings = new Map<RecurringId, Recurring>();
  let workshop = NEW_WORKSHOP;
  return {
    tasks,
    attempts,
    agents,
    recurrings,
    task: (id) => tasks.get(id),
    attempt: (id) => attempts.get(id),
    agent: (id) => agents.get(id),
    recurring: (id) => recurrings.get(id),
    workshop: () => workshop,
    openTaskOf: (origin) =>
      [...tasks.values()].find((task) => task.origin?.url === origin && !isEnd(task.state)),
    put(change) {
      if (change.task) tasks.set(change.task.id, change.task);
      if (change.attempt) attempts.set(change.attempt.id, change.attempt);
      if (change.agent) agents.set(change.agent.id, change.agent);
      if (change.removedAgent) agents.delete(change.removedAgent);
      if (change.recurring) recurrings.set(change.recurring.id, change.recurring);
      if (change.removedRecurring) recurrings.delete(change.removedRecurring);
      if (change.workshop) workshop = change.workshop;
    },
  };
}
