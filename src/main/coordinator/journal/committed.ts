/**
 * The committed state, read by id: from a bounded cache over the tables. Tasks and attempts are many and come from the
 * tables as needed; agents and recurring tasks are a few dozen and stay. Every value is a snapshot that is never changed in place.
 */
import type { Agent } from '../../../shared/domain/agent.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Recurring } from '../../../shared/domain/recurring.ts';
import type { StateReader, Workshop } from '../../../shared/domain/state.ts';
import type { Task, TaskState } from '../../../shared/domain/task.ts';
import {
  taskIdOf,
  taskIdOfAttempt,
  taskNumberOf,
  type AgentId,
  type AttemptId,
  type RecurringId,
  type SiteId,
  type TaskId,
} from '../../../shared/ids.ts';
import type { Tables } from '../db/tables.ts';
import { createCache, type Cache } from './cache.ts';
import type { Stamped } from '../db/stamped.ts';

const CACHED_TASKS = 4_096;
const CACHED_ATTEMPTS = 4_096;

/** What a commit changed. */
export interface Changes {
  readonly tasks: ReadonlyMap<TaskId, Stamped<Task>>;
  readonly attempts: ReadonlyMap<AttemptId, Stamped<Attempt>>;
  /** `undefined` as value: removed. */
  readonly agents: ReadonlyMap<AgentId, Stamped<Agent | undefined>>;
  /** The same. */
  readonly recurrings: ReadonlyMap<RecurringId, Stamped<Recurring | undefined>>;
  readonly counts: Readonly<Record<TaskState, number>>;
  /** Up to where other coordinators were heard. */
  readonly heard: ReadonlyMap<SiteId, number>;
  readonly seq: number;
  readonly hash: string;
  workshop(): Workshop;
}

export interface Committed extends StateReader {
  readonly seq: number;
  /** Hash of the newest event, in hexadecimal digits. */
  readonly hash: string;
  readonly counts: Readonly<Record<TaskState, number>>;
  /** In order of id. */
  agents(): Agent[];
  /** In order of number. */
  recurrings(): Recurring[];
  attemptsOf(id: TaskId): Attempt[];
  /** Tasks made from the issue at this address, newest first. */
  tasksOf(origin: string): Task[];
  /** Up to which event of its log another coordinator was heard; 0: not yet. */
  heard(site: SiteId): number;
  /** Takes over what is on disk now. */
  adopt(changes: Changes): void;
}

export function readCommitted(tables: Tables): Committed {
  const tasks = createCache<TaskId, Task>(CACHED_TASKS);
  // `null`: there is none, which is asked of each attempt before it begins.
  const attempts = createCache<AttemptId, Attempt | null>(CACHED_ATTEMPTS);
  const agents = new Map<AgentId, Agent>(tables.agents.all().map((agent) => [agent.id, agent]));
  const recurrings = new Map(tables.recurring.all().map((one) => [one.id, one]));
  const heard = new Map<SiteId, number>(tables.sites.all());
  const head = tables.workshop.get();
  let { seq, workshop }: { seq: number; workshop: Workshop } = head;
  let hash = head.hash;
  let { counts } = head;

  function task(id: TaskId): Task | undefined {
    const cached = tasks.get(id);
    if (cached) return cached;
    const number = taskNumberOf(id);
    const read = number <= workshop.lastTask ? tables.tasks.get(number) : undefined;
    if (read) tasks.set(id, read);
    return read;
  }

  return {
    get seq() {
      return seq;
    },
    get hash() {
      return hash;
    },
    get counts() {
      return counts;
    },
    workshop: () => workshop,
    heard: (site) => heard.get(site) ?? 0,
    task,
    attempt: attemptReader(tables, attempts),
    agent: (id) => agents.get(id),
    agents: () => [...agents.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    recurring: (id) => recurrings.get(id),
    recurrings: () => [...recurrings.values()],
    tasksOf: (origin) =>
      tables.tasks.ofOrigin(origin).flatMap((number) => task(taskIdOf(number)) ?? []),
    attemptsOf: (id) => tables.attempts.ofTask(taskNumberOf(id)),
    adopt(changes) {
      for (const { value } of changes.tasks.values()) tasks.set(value.id, value);
      for (const { value } of changes.attempts.values()) attempts.set(value.id, value);
      for (const [id, { value }] of changes.agents) {
        if (value) agents.set(id, value);
        else agents.delete(id);
      }
      for (const [id, { value }] of changes.recurrings) {
        if (value) recurrings.set(id, value);
        else recurrings.delete(id);
      }
      for (const [site, upTo] of changes.heard) heard.set(site, upTo);
      workshop = changes.workshop();
      ({ seq, hash, counts } = changes);
    },
  };
}

function attemptReader(
  tables: Tables,
  known: Cache<AttemptId, Attempt | null>,
): Committed['attempt'] {
  return (id) => {
    const cached = known.get(id);
    if (cached !== undefined) return cached ?? undefined;
    const attempt = tables.attempts.get(
      taskNumberOf(taskIdOfAttempt(id)),
      Number(id.slice(id.indexOf('.') + 1)),
    );
    known.set(id, attempt ?? null);
    return attempt;
  };
}
