/**
 * The working state of one commit: what its commands decided so far, over the committed state. It is written as a whole
 * and then adopted, or dropped as a whole; the committed state never sees half of it.
 */
import type { Agent } from '../../../shared/domain/agent.ts';
import { apply } from '../../../shared/domain/apply.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { taskOfEvent, type Event, type StoredEvent } from '../../../shared/domain/event.ts';
import type { Recurring } from '../../../shared/domain/recurring.ts';
import type { DecideReader, StateChange, Workshop } from '../../../shared/domain/state.ts';
import { isEnd, type Task, type TaskState } from '../../../shared/domain/task.ts';
import { callOf, type CallRecord } from '../../../shared/domain/call.ts';
import { usageOf } from '../../../shared/domain/usage.ts';
import {
  taskNumberOf,
  type AgentId,
  type AttemptId,
  type RecurringId,
  type SiteId,
  type TaskId,
} from '../../../shared/ids.ts';
import type { EventRow } from '../db/events.ts';
import type { Stamped } from '../db/stamped.ts';
import { usageSums } from '../db/usage.ts';
import { chainHash } from './chain.ts';
import type { Changes, Committed } from './committed.ts';

export class Batch implements DecideReader, Changes {
  readonly tasks = new Map<TaskId, Stamped<Task>>();
  /** Those of `tasks` that are new, as they were created. */
  readonly created: Task[] = [];
  /** Those of `tasks` that are not new and wait for others than before, with what they wait for. */
  readonly rewired = new Map<TaskId, readonly TaskId[]>();
  /** Bodies that are new or changed. */
  readonly bodies = new Map<TaskId, string>();
  readonly attempts = new Map<AttemptId, Stamped<Attempt>>();
  /** Those of `attempts` that are new. */
  readonly placed: Attempt[] = [];
  readonly agents = new Map<AgentId, Stamped<Agent | undefined>>();
  readonly recurrings = new Map<RecurringId, Stamped<Recurring | undefined>>();
  /** Up to where other coordinators were heard, where that changed. */
  readonly heard = new Map<SiteId, number>();
  readonly counts: Record<TaskState, number>;
  readonly events: StoredEvent[] = [];
  readonly rows: EventRow[] = [];
  /** What its events add to the sums of the hours. */
  readonly usage = usageSums();
  /** Requests to models that its events tell of. */
  readonly calls: CallRecord[] = [];
  /** The head of the log after this batch. */
  seq: number;
  hash: string;
  /** Those of `created` that were made from an issue, by its address. */
  readonly #origins = new Map<string, TaskId[]>();
  readonly #base: Committed;
  #workshop: Workshop;

  constructor(base: Committed) {
    this.#base = base;
    this.#workshop = base.workshop();
    this.counts = { ...base.counts };
    this.seq = base.seq;
    this.hash = base.hash;
  }

  task(id: TaskId): Task | undefined {
    return this.tasks.get(id)?.value ?? this.#base.task(id);
  }

  openTaskOf(origin: string): Task | undefined {
    const before = this.#base.tasksOf(origin).map(({ id }) => id);
    return [...(this.#origins.get(origin) ?? []), ...before]
      .map((id) => this.task(id))
      .find((task) => task !== undefined && !isEnd(task.state));
  }

  attempt(id: AttemptId): Attempt | undefined {
    return this.attempts.get(id)?.value ?? this.#base.attempt(id);
  }

  agent(id: AgentId): Agent | undefined {
    const change = this.agents.get(id);
    return change ? change.value : this.#base.agent(id);
  }

  recurring(id: RecurringId): Recurring | undefined {
    const change = this.recurrings.get(id);
    return change ? change.value : this.#base.recurring(id);
  }

  workshop(): Workshop {
    return this.#workshop;
  }

  /** Appends an event and applies it. */
  append(event: Event, at: number, actor: string): StoredEvent {
    const seq = this.seq + 1;
    const stored: StoredEvent = { seq, at, actor, event };
    const body = JSON.stringify(event);
    const hash = chainHash(this.hash, seq, at, actor, body);
    const about = taskOfEvent(event);
    const task = about === null ? null : taskNumberOf(about);
    this.replay({ seq, at, actor, type: event.type, task, body, hash }, stored);
    return stored;
  }

  /** Appends a row of a log byte for byte, and applies its event. The caller has checked that it follows. */
  replay(row: EventRow, stored: StoredEvent): void {
    const { event } = stored;
    const change = apply(this, stored);
    if (!change) throw new Error(`"${event.type}" was decided about something that is not there`);
    this.usage.add(usageOf(this, stored));
    const call = callOf(this, stored);
    if (call) this.calls.push(call);
    if (event.type === 'site.told') this.#hear(event.site, event.seq);
    this.seq = row.seq;
    this.hash = row.hash;
    this.#put(change, event);
    this.rows.push(row);
    this.events.push(stored);
  }

  #put(change: StateChange, event: Event): void {
    const { seq } = this;
    if (change.task) this.#putTask(change.task, event);
    if (change.attempt) this.#putAttempt(change.attempt, event);
    if (change.agent) this.agents.set(change.agent.id, { value: change.agent, seq });
    if (change.removedAgent) this.agents.set(change.removedAgent, { value: undefined, seq });
    const { recurring, removedRecurring: gone } = change;
    if (recurring) this.recurrings.set(recurring.id, { value: recurring, seq });
    if (gone) this.recurrings.set(gone, { value: undefined, seq });
    if (change.workshop) this.#workshop = change.workshop;
  }

  #hear(site: SiteId, seq: number): void {
    const before = this.heard.get(site) ?? this.#base.heard(site);
    this.heard.set(site, Math.max(before, seq));
  }

  #putAttempt(attempt: Attempt, event: Event): void {
    // What is assigned is new, and need not be looked for; one that another coordinator tells of may be known.
    if (event.type === 'task.assigned' || !this.attempt(attempt.id)) this.placed.push(attempt);
    this.attempts.set(attempt.id, { value: attempt, seq: this.seq });
  }

  #putTask(task: Task, event: Event): void {
    const before = event.type === 'task.created' ? undefined : this.task(task.id);
    if (before) this.counts[before.state] -= 1;
    else this.#putCreated(task);
    if (before && before.after !== task.after) this.rewired.set(task.id, task.after);
    this.counts[task.state] += 1;
    if (task.body !== before?.body) this.bodies.set(task.id, task.body);
    this.tasks.set(task.id, { value: task, seq: this.seq });
  }

  #putCreated(task: Task): void {
    this.created.push(task);
    const { id, origin } = task;
    if (origin) this.#origins.set(origin.url, [...(this.#origins.get(origin.url) ?? []), id]);
  }
}
