/**
 * The person who gives tasks and decides about them: keeps a number of tasks alive, approves (also several times), cancels, sends
 * back, rejects, tries failed ones again, and repeats creates whose connection was cut. What to do with which task is drawn
 * from the seed, when to do it follows from the log.
 */
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import { isEnd, type TaskState } from '../../src/shared/domain/task.ts';
import type { TaskId } from '../../src/shared/ids.ts';
import type { Client } from './client.ts';
import type { Hub } from './hub.ts';
import type { Random } from './random.ts';
import { pause } from './time.ts';
import type { Watch } from './watch.ts';
import { workOf, type Work } from './work.ts';

/** One accepted task, as the person knows it. */
export interface Order {
  readonly work: Work;
  readonly id: TaskId;
  state: TaskState;
  /** Epoch ms, when it failed and is tried again by itself. */
  retryAt: number | null;
  retries: number;
  sentBack: boolean;
}

export interface Operator {
  readonly orders: ReadonlyMap<TaskId, Order>;
  /** Creates that were never answered: must have made one task, or none. */
  readonly unanswered: readonly Work[];
  /** Creates that were refused, by the title, with the code: must have made no task. */
  readonly refused: ReadonlyMap<string, string>;
  /** Tasks given until now. */
  readonly given: number;
  /** Gives no more, and decides quickly from now on. */
  wrapUp(): void;
  /** Tasks that have not ended. */
  open(): Order[];
  /** Pushes those that still wait for something towards their end; `impatient`: also those that are tried again by themselves. */
  nudge(impatient: boolean): void;
  /** Failed tasks that would be tried again by themselves much later than any pause takes. */
  stranded(): { id: TaskId; retryAt: number }[];
}

export interface OperatorOptions {
  readonly client: Client;
  readonly watch: Watch;
  readonly repos: readonly string[];
  readonly hub: Hub;
  readonly folder: string;
  readonly random: Random;
  /** Tasks alive at a time. */
  readonly alive: number;
}

export function startOperator(options: OperatorOptions): Operator {
  return new Person(options);
}

/** Of a failed task, by the product's rules; see `retry.ts`. */
const LONGEST_PAUSE_MS = 16 * 60_000;

export function titleOf({ key }: Work): string {
  return `Do ${key}.`;
}

class Person implements Operator {
  readonly orders = new Map<TaskId, Order>();
  readonly unanswered: Work[] = [];
  readonly refused = new Map<string, string>();
  given = 0;
  readonly #options: OperatorOptions;
  readonly #early = new Map<TaskId, StoredEvent[]>();
  /** Refused, so that there must be no such task. */
  readonly #disowned = new Map<string, Work>();
  #creating = 0;
  #wrappingUp = false;

  constructor(options: OperatorOptions) {
    this.#options = options;
    options.watch.onEvent((stored) => this.#hear(stored));
    void this.#giveTasks();
  }

  open(): Order[] {
    return [...this.orders.values()].filter(({ state }) => !isEnd(state));
  }

  wrapUp(): void {
    this.#wrappingUp = true;
  }

  nudge(impatient: boolean): void {
    for (const order of this.open()) {
      if (order.state === 'review') this.#review(order);
      if (order.state === 'failed' && (impatient || order.retryAt === null)) this.#failed(order, 0);
    }
  }

  stranded(): { id: TaskId; retryAt: number }[] {
    return this.open().flatMap(({ id, state, retryAt }) =>
      state === 'failed' && retryAt !== null && retryAt > Date.now() + LONGEST_PAUSE_MS
        ? [{ id, retryAt }]
        : [],
    );
  }

  async #giveTasks(): Promise<void> {
    while (!this.#wrappingUp) {
      if (this.open().length + this.#creating < this.#options.alive) {
        this.given += 1;
        const { repos, folder, random, hub } = this.#options;
        void this.#create(workOf(this.given, repos, folder, random, hub.repo.address));
      }
      await pause(60);
    }
  }

  async #create(work: Work): Promise<void> {
    const { key, repo, run, decisions } = work;
    this.#creating += 1;
    this.unanswered.push(work);
    const { client, hub } = this.#options;
    const title = titleOf(work);
    const origin = repo === hub.repo.address ? { origin: hub.issueFor(title) } : {};
    try {
      const answer = await client.call(
        'tasks.create',
        { repo, title, engine: { kind: 'command', run }, ...origin },
        { key, cuts: decisions.cutCreates },
      );
      this.unanswered.splice(this.unanswered.indexOf(work), 1);
      if (answer.ok) return this.#accepted(work, answer.value.id);
      this.refused.set(titleOf(work), answer.error.code);
      // It must not be there; when it is, it is led to its end like all others.
      this.#disowned.set(titleOf(work), work);
      for (const [id, [first]] of this.#early) this.#adopt(id, first);
    } catch {
      // The laboratory ended while it waited; `unanswered` has it.
    } finally {
      this.#creating -= 1;
    }
  }

  #accepted(work: Work, id: TaskId): void {
    const order: Order = { work, id, state: 'pending', retryAt: null, retries: 0, sentBack: false };
    this.orders.set(id, order);
    for (const stored of this.#early.get(id) ?? []) this.#apply(order, stored);
    this.#early.delete(id);
    const { cancelAfterMs } = work.decisions;
    if (cancelAfterMs !== null)
      setTimeout(() => this.#ask('tasks.cancel', { id }), cancelAfterMs).unref();
  }

  #hear(stored: StoredEvent): void {
    const { event } = stored;
    if (!('taskId' in event)) return;
    const order = this.orders.get(event.taskId);
    if (order) return this.#apply(order, stored);
    // The log was faster than the answer to the create.
    this.#early.set(event.taskId, [...(this.#early.get(event.taskId) ?? []), stored]);
    this.#adopt(event.taskId, stored);
  }

  #adopt(id: TaskId, stored: StoredEvent | undefined): void {
    if (stored?.event.type !== 'task.created') return;
    const work = this.#disowned.get(stored.event.title);
    if (work) this.#accepted(work, id);
  }

  #apply(order: Order, { event }: StoredEvent): void {
    switch (event.type) {
      case 'task.queued':
      case 'task.assigned':
        order.state = event.type === 'task.queued' ? 'queued' : 'assigned';
        break;
      case 'task.review_opened':
        order.state = 'review';
        this.#review(order);
        break;
      case 'task.merge_changed':
        if (event.merge.state === 'refused') this.#refused(order);
        break;
      case 'task.failed':
        order.state = 'failed';
        order.retryAt = event.retryAt;
        if (event.retryAt === null) this.#failed(order, 1_000);
        break;
      case 'task.completed':
      case 'task.cancelled':
        order.state = event.type === 'task.completed' ? 'completed' : 'cancelled';
        break;
      default:
    }
  }

  #review(order: Order): void {
    const { id } = order;
    const { sendBack, reject, approvals } = order.work.decisions;
    if (sendBack && !order.sentBack && !this.#wrappingUp) {
      order.sentBack = true;
      return this.#ask('tasks.send_back', { id, comment: 'Once more, please.' });
    }
    if (reject) return this.#ask('tasks.reject', { id });
    for (let i = 0; i < approvals; i++) this.#ask('tasks.approve', { id });
  }

  /** The forge was in trouble: asked again a moment later. */
  #refused({ id }: Order): void {
    setTimeout(() => this.#ask('tasks.approve', { id }), 500).unref();
  }

  #failed(order: Order, afterMs: number): void {
    const { id, work } = order;
    order.retries += 1;
    const operation = order.retries > work.decisions.retries ? 'tasks.cancel' : 'tasks.retry';
    setTimeout(() => this.#ask(operation, { id }), afterMs).unref();
  }

  /** Refusals are right: the task may have moved on meanwhile. */
  #ask(
    name: 'tasks.cancel' | 'tasks.retry' | 'tasks.approve' | 'tasks.reject',
    input: { id: TaskId },
  ): void;
  #ask(name: 'tasks.send_back', input: { id: TaskId; comment: string }): void;
  #ask(
    name: 'tasks.cancel' | 'tasks.retry' | 'tasks.approve' | 'tasks.reject' | 'tasks.send_back',
    input: { id: TaskId; comment: string },
  ): void {
    // Given up when the laboratory ends; then nobody needs the answer.
    this.#options.client.call(name, input).catch(() => {});
  }
}
