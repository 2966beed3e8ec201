/**
 * What the rest of the coordinator sees of the journal: commands in, durable events out, and the state to
 * read. Nothing else writes a domain table.
 */
import type { Agent } from '../../../shared/domain/agent.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { Recurring } from '../../../shared/domain/recurring.ts';
import type { StateReader } from '../../../shared/domain/state.ts';
import type { Task, TaskState } from '../../../shared/domain/task.ts';
import type { AgentId, SiteId, TaskId, WorkflowId } from '../../../shared/ids.ts';
import type { Snapshot } from '../../../shared/protocol/client.ts';
import type { Result } from '../../../shared/result.ts';
import type { CallTable } from '../db/calls.ts';
import type { UsageTable } from '../db/usage.ts';

/** Remembers the answer to a request, so that a repeated one is answered and not carried out again. */
export interface Receipt {
  /** Chosen by the caller: the Idempotency-Key. */
  readonly key: string;
  /** SHA-256 of what was asked; another request under the same key is refused. */
  readonly hash: string;
}

export interface SubmitOptions {
  readonly actor: string;
  readonly receipt?: Receipt | undefined;
  /**
   * Nobody waits for it: it is committed together with what is submitted next, before that, or after 40 ms. What is submitted
   * in order stays in order.
   */
  readonly mayWait?: boolean;
}

export interface Committed {
  /** Sequence number of the log after this command. */
  readonly seq: number;
  readonly events: readonly StoredEvent[];
  /** True when a receipt was found: `events` are those of the first time. */
  readonly repeated: boolean;
}

export interface TaskQuery {
  readonly limit: number;
  /** Task number to go on below; newest first. */
  readonly before?: number | undefined;
  readonly state?: TaskState | undefined;
  readonly batch?: string | undefined;
  readonly workflow?: WorkflowId | undefined;
  /** Words that must all occur in the title. */
  readonly q?: string | undefined;
}

/** Whether the journal can write. While it cannot, every command is refused and nothing of it is kept; reads go on. */
export interface JournalHealth {
  readonly state: 'sound' | 'full' | 'read_only' | 'damaged';
  /** Epoch ms. */
  readonly since: number;
  /** What is wrong and what to do; `null` when sound. */
  readonly message: string | null;
}

export interface Journal extends StateReader {
  /** Resolves after the events are on disk (fsync) and published, in commit order. */
  submit(command: Command, options: SubmitOptions): Promise<Result<Committed>>;
  /** What was answered to the request before, if it was carried out; `undefined`: it is new. */
  answered(receipt: Receipt): Result<Committed> | undefined;
  /** The newest committed sequence number. */
  seq(): number;
  /** Called after each commit with its events, in order; must not throw. The answer ends it. */
  subscribe(listener: (events: readonly StoredEvent[]) => void): () => void;
  eventsAfter(after: number, limit: number): StoredEvent[];
  taskEvents(id: TaskId, after: number, limit: number): StoredEvent[];
  tasks(query: TaskQuery): Task[];
  /** Tasks made from the issue at this address, newest first. */
  tasksOf(origin: string): Task[];
  attemptsOf(id: TaskId): Attempt[];
  /** The latest attempts of an agent, newest first. */
  attemptsBy(id: AgentId, limit: number): Attempt[];
  agents(): Agent[];
  /** In the order in which they were made. */
  recurrings(): Recurring[];
  counts(): Record<TaskState, number>;
  /** Up to which event of its log another coordinator was heard; 0: not yet. */
  heard(site: SiteId): number;
  /** Tasks that wait for `id` to complete. */
  blockedBy(id: TaskId): TaskId[];
  /** Tasks that are to be cancelled, because one that they wait for was: lowest number first. */
  skippable(limit: number): TaskId[];
  /** Tasks in one state that are led here, lowest number first: how a reactor finds its open intents at start. */
  inState(state: TaskState, limit: number): Task[];
  snapshot(): Snapshot;
  /** What was done and used, by the hour. */
  readonly usage: Pick<UsageTable, 'sums' | 'stamp'>;
  /** Requests to models, one by one and summed up. */
  readonly calls: Pick<CallTable, 'page' | 'ofTask' | 'sums'>;
  health(): JournalHealth;
  /** Called after each change of health; the answer ends it. */
  onHealth(listener: (health: JournalHealth) => void): () => void;
  /** Waits for what was submitted, then closes the files. */
  close(): Promise<void>;
}
