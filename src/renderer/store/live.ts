/**
 * The window's copy of the workshop: a snapshot, and the events after it folded in with the same `apply` as in the
 * coordinator. Pure functions over immutable maps; `session.ts` feeds them. Bounded: what ended longest ago goes first.
 */
import { apply } from '../../shared/domain/apply.ts';
import type { Agent, Vitals } from '../../shared/domain/agent.ts';
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { Condition } from '../../shared/domain/condition.ts';
import { taskOfEvent, type StoredEvent } from '../../shared/domain/event.ts';
import type { Recurring } from '../../shared/domain/recurring.ts';
import { NEW_WORKSHOP, type StateChange, type Workshop } from '../../shared/domain/state.ts';
import { isEnd, type Task } from '../../shared/domain/task.ts';
import type { AgentId, AttemptId, RecurringId, TaskId } from '../../shared/ids.ts';
import type { Snapshot } from '../../shared/protocol/client.ts';
import { layered } from './layered.ts';

export interface Live {
  /** The last event that is in it; `null` before the first snapshot. */
  readonly seq: number | null;
  readonly tasks: ReadonlyMap<TaskId, Task>;
  readonly attempts: ReadonlyMap<AttemptId, Attempt>;
  readonly agents: ReadonlyMap<AgentId, Agent>;
  readonly recurrings: ReadonlyMap<RecurringId, Recurring>;
  readonly vitals: ReadonlyMap<AgentId, Vitals>;
  /** When each agent was last heard of (epoch ms of this window): a connection can be whole and silent. */
  readonly heardAt: ReadonlyMap<AgentId, number>;
  /** The coordinator's own troubles. */
  readonly conditions: readonly Condition[];
  readonly workshop: Workshop;
  /** Tasks per state in the whole workshop, also of those not held here. */
  readonly counts: Readonly<Record<string, number>>;
  /** The place in the log up to which `counts` have all events, when they were asked for by themselves. */
  readonly countsAt: number;
  /** Tasks that were asked for by themselves, with the place in the log of the answer. */
  readonly askedAt: ReadonlyMap<TaskId, number>;
}

/** What a fold could not do with what it has. */
export interface Gaps {
  /** Tasks to ask the coordinator for. */
  readonly tasks: ReadonlySet<TaskId>;
  /** True when only a new snapshot helps. */
  readonly needsSnapshot: boolean;
}

export const EMPTY_LIVE: Live = {
  seq: null,
  tasks: new Map(),
  attempts: new Map(),
  agents: new Map(),
  recurrings: new Map(),
  vitals: new Map(),
  heardAt: new Map(),
  conditions: [],
  workshop: NEW_WORKSHOP,
  counts: {},
  countsAt: 0,
  askedAt: new Map(),
};

/** Tasks held at most, unless more are worked on; the coordinator's snapshot is smaller. */
export const MOST_TASKS = 6_000;
/** Of those that ended, the newest stay while others have waited for longer. */
const KEPT_ENDED = 500;

/** Begins anew. What was asked for by itself is dropped: it would not be kept up to date. */
export function fromSnapshot(before: Live, snapshot: Snapshot): Live {
  return {
    seq: snapshot.seq,
    tasks: byId(snapshot.tasks),
    attempts: byId(snapshot.attempts),
    agents: byId(snapshot.agents),
    recurrings: byId(snapshot.recurring),
    vitals: before.vitals,
    heardAt: before.heardAt,
    conditions: before.conditions,
    workshop: snapshot.workshop,
    counts: snapshot.counts,
    countsAt: snapshot.seq,
    askedAt: new Map(),
  };
}

/** Folds events in. Repeated ones are skipped; a gap in the numbers asks for a snapshot. */
export function fold(before: Live, events: readonly StoredEvent[]): { live: Live; gaps: Gaps } {
  const draft = draftOf(before);
  const missing = new Set<TaskId>();
  let seq = before.seq;
  for (const stored of events) {
    if (seq === null) return { live: before, gaps: { tasks: missing, needsSnapshot: true } };
    if (stored.seq <= seq) continue;
    if (stored.seq !== seq + 1)
      return { live: before, gaps: { tasks: missing, needsSnapshot: true } };
    seq = stored.seq;
    const taskId = taskOfEvent(stored.event);
    const askedAt = taskId === null ? undefined : before.askedAt.get(taskId);
    // The answer may have it already, or not: only asking again is sure.
    const isDoubtful = askedAt !== undefined && stored.seq <= askedAt;
    const change = isDoubtful ? undefined : apply(draft.reader, stored);
    if (change) draft.put(change, stored.seq);
    else if (taskId !== null) missing.add(taskId);
    else return { live: before, gaps: { tasks: missing, needsSnapshot: true } };
  }
  return {
    live: bounded({ ...draft.result(), seq }),
    gaps: { tasks: missing, needsSnapshot: false },
  };
}

/** Adds tasks, attempts and the counts, as the coordinator answered them at `seq`. */
export function remember(
  before: Live,
  answer: {
    readonly tasks?: readonly Task[];
    readonly attempts?: readonly Attempt[];
    readonly counts?: Live['counts'];
  },
  seq: number,
): Live {
  const tasks = new Map(before.tasks);
  const askedAt = new Map(before.askedAt);
  const attempts = new Map(before.attempts);
  for (const task of answer.tasks ?? []) {
    tasks.set(task.id, task);
    if (before.seq === null || seq > before.seq) askedAt.set(task.id, seq);
  }
  const isAsked = new Set(answer.tasks?.map(({ id }) => id));
  for (const attempt of answer.attempts ?? []) {
    // Of a task that is kept up to date, so are its running attempts.
    if (isAsked.has(attempt.taskId) || !attempts.has(attempt.id)) attempts.set(attempt.id, attempt);
  }
  // Older ones lack what was folded since.
  const isNewer = answer.counts !== undefined && seq >= (before.seq ?? 0);
  const counts = isNewer ? { counts: answer.counts, countsAt: seq } : {};
  return bounded({ ...before, ...counts, tasks, attempts, askedAt });
}

/** @param now epoch ms */
export function withVitals(
  before: Live,
  readings: readonly { readonly agentId: AgentId; readonly vitals: Vitals }[],
  now: number,
): Live {
  const vitals = new Map(before.vitals);
  const heardAt = new Map(before.heardAt);
  for (const reading of readings) {
    vitals.set(reading.agentId, reading.vitals);
    heardAt.set(reading.agentId, now);
  }
  return { ...before, vitals, heardAt };
}

/** What was heard before a break of our own says nothing about agents after it. */
export function forgetHeard(before: Live): Live {
  return { ...before, heardAt: new Map() };
}

/** A copy to fold into. What changes is put aside, and over the maps once per batch. */
function draftOf(before: Live) {
  const tasks = copyOnWrite(before.tasks);
  const attempts = copyOnWrite(before.attempts);
  const agents = copyOnWrite(before.agents);
  const recurrings = copyOnWrite(before.recurrings);
  let { counts, workshop } = before;
  return {
    reader: {
      task: tasks.get,
      attempt: attempts.get,
      agent: agents.get,
      recurring: recurrings.get,
      workshop: () => workshop,
    },
    put(change: StateChange, at: number): void {
      if (change.task) {
        if (at > before.countsAt) counts = counted(counts, tasks.get(change.task.id), change.task);
        tasks.set(change.task.id, change.task);
      }
      if (change.attempt) attempts.set(change.attempt.id, change.attempt);
      if (change.agent) agents.set(change.agent.id, change.agent);
      if (change.removedAgent) agents.delete(change.removedAgent);
      if (change.recurring) recurrings.set(change.recurring.id, change.recurring);
      if (change.removedRecurring) recurrings.delete(change.removedRecurring);
      if (change.workshop) workshop = change.workshop;
    },
    result: (): Live => ({
      ...before,
      tasks: tasks.now(),
      attempts: attempts.now(),
      agents: agents.now(),
      recurrings: recurrings.now(),
      workshop,
      counts,
    }),
  };
}

function copyOnWrite<K, V>(before: ReadonlyMap<K, V>) {
  const changed = new Map<K, V>();
  const removed = new Set<K>();
  return {
    get: (key: K): V | undefined =>
      removed.has(key) ? undefined : (changed.get(key) ?? before.get(key)),
    set(key: K, value: V): void {
      removed.delete(key);
      changed.set(key, value);
    },
    delete(key: K): void {
      changed.delete(key);
      removed.add(key);
    },
    now(): ReadonlyMap<K, V> {
      if (removed.size === 0) return layered(before, changed);
      const left = [...before].filter(([key]) => !removed.has(key));
      return new Map([...left, ...changed]);
    },
  };
}

/** The same object when the state is the same, so that what shows counts is not drawn anew. */
function counted(counts: Live['counts'], was: Task | undefined, is: Task): Live['counts'] {
  if (was?.state === is.state) return counts;
  const next = { ...counts, [is.state]: (counts[is.state] ?? 0) + 1 };
  if (was) next[was.state] = Math.max(0, (counts[was.state] ?? 0) - 1);
  return next;
}

/**
 * Drops what ended longest ago, then what has waited longest, then the rest of what ended: an event about one that is gone has it
 * asked for again.
 */
function bounded(live: Live): Live {
  if (live.tasks.size <= MOST_TASKS) return live;
  const oldest = (passes: (task: Task) => boolean): Task[] =>
    [...live.tasks.values()].filter(passes).toSorted((a, b) => a.updatedAt - b.updatedAt);
  const ended = oldest(({ state }) => isEnd(state));
  const tasks = new Map(live.tasks);
  // A tenth at once, so that this is rare.
  const surplus = live.tasks.size - MOST_TASKS + MOST_TASKS / 10;
  const past = Math.max(0, ended.length - KEPT_ENDED);
  const waiting = past < surplus ? oldest(({ state }) => state === 'queued') : [];
  const going = [...ended.slice(0, past), ...waiting, ...ended.slice(past)];
  for (const { id } of going.slice(0, surplus)) tasks.delete(id);
  const attempts = new Map([...live.attempts].filter(([, { taskId }]) => tasks.has(taskId)));
  const askedAt = new Map([...live.askedAt].filter(([id]) => tasks.has(id)));
  return { ...live, tasks, attempts, askedAt };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<T['id'], T> {
  return new Map(items.map((item) => [item.id, item]));
}
