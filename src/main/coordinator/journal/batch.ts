/**
 * The working state of one commit: what its commands decided so far, over the committed state. It is written as a whole
 * and then adopted, or dropped as a whole; the committed state never sees half of it.
 */
import type { Agent } from '../../../shared/domain/agent.ts';
import { apply } from '../../../shared/domain/apply.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { taskOfEvent, type Event, type StoredEvent } from '../../../shared/domain/event.ts';
import type { StateReader, Workshop } from '../../../shared/domain/state.ts';
import type { Task, TaskState } from '../../../shared/domain/task.ts';
import { taskNumberOf, type AgentId, type AttemptId, type TaskId } from '../../../shared/ids.ts';
import type { EventRow } from '../db/events.ts';
import { chainHash } from './chain.ts';
import type { Committed } from './committed.ts';

/** The newest value of a thing, the event that made it, and what the tables have. */
export interface Change<T> {
  value: T;
  seq: number;
  readonly before: T | undefined;
}

export interface Batch extends StateReader {
  readonly tasks: ReadonlyMap<TaskId, Change<Task>>;
  readonly attempts: ReadonlyMap<AttemptId, Change<Attempt>>;
  /** `undefined` as value: removed. */
  readonly agents: ReadonlyMap<AgentId, Change<Agent | undefined>>;
  readonly events: readonly StoredEvent[];
  readonly rows: readonly EventRow[];
  readonly seq: number;
  readonly hash: string;
  readonly countsBefore: Readonly<Record<TaskState, number>>;
  counts(): Record<TaskState, number>;
  /** Appends an event and applies it. */
  append(event: Event, at: number, actor: string): StoredEvent;
}

export function createBatch(base: Committed): Batch {
  const tasks = new Map<TaskId, Change<Task>>();
  const attempts = new Map<AttemptId, Change<Attempt>>();
  const agents = new Map<AgentId, Change<Agent | undefined>>();
  const events: StoredEvent[] = [];
  const rows: EventRow[] = [];
  let workshop: Workshop = base.workshop();
  let { seq, hash } = base;

  const state: StateReader = {
    task: (id) => tasks.get(id)?.value ?? base.task(id),
    attempt: (id) => attempts.get(id)?.value ?? base.attempt(id),
    agent(id) {
      const change = agents.get(id);
      return change ? change.value : base.agent(id);
    },
    workshop: () => workshop,
  };

  return {
    ...state,
    tasks,
    attempts,
    agents,
    events,
    rows,
    get seq() {
      return seq;
    },
    get hash() {
      return hash;
    },
    countsBefore: base.counts,
    counts: () => countsAfter(base.counts, tasks.values()),
    append(event, at, actor) {
      seq += 1;
      const stored: StoredEvent = { seq, at, actor, event };
      const change = apply(state, stored);
      if (!change) throw new Error(`"${event.type}" was decided about something that is not there`);
      if (change.task) put(tasks, change.task.id, change.task, seq, base.task);
      if (change.attempt) put(attempts, change.attempt.id, change.attempt, seq, base.attempt);
      if (change.agent) put(agents, change.agent.id, change.agent, seq, base.agent);
      if (change.removedAgent) put(agents, change.removedAgent, undefined, seq, base.agent);
      if (change.workshop) ({ workshop } = change);
      const body = JSON.stringify(event);
      hash = chainHash(hash, seq, at, actor, body);
      const about = taskOfEvent(event);
      const task = about === null ? null : taskNumberOf(about);
      rows.push({ seq, at, actor, type: event.type, task, body, hash: Buffer.from(hash, 'hex') });
      events.push(stored);
      return stored;
    },
  };
}

function put<K, V>(
  changes: Map<K, Change<V>>,
  id: K,
  value: V,
  seq: number,
  before: (id: K) => V | undefined,
): void {
  const change = changes.get(id);
  if (change) {
    change.value = value;
    change.seq = seq;
  } else {
    changes.set(id, { value, seq, before: before(id) });
  }
}

function countsAfter(
  before: Readonly<Record<TaskState, number>>,
  changes: Iterable<Change<Task>>,
): Record<TaskState, number> {
  const counts = { ...before };
  for (const change of changes) {
    if (change.before) counts[change.before.state] -= 1;
    counts[change.value.state] += 1;
  }
  return counts;
}
