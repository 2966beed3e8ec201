/**
 * Finds tasks among all there are, as fast as one types. It keeps the few facts a filter looks at of every task in memory
 * (some 200 bytes each): read from the journal when it is first asked, and kept up with its events from then on. Writes
 * nothing, so it costs the work of the workshop nothing.
 */
import { taskOfEvent, type StoredEvent } from '../../../shared/domain/event.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { taskIdOf, taskNumberOf, type AgentId, type TaskId } from '../../../shared/ids.ts';
import {
  comparePlaces,
  passes,
  sortValue,
  type Place,
  type TaskFacts,
  type TaskFilter,
  type TaskOrder,
} from '../../../shared/task-filter.ts';
import type { Journal } from '../journal/port.ts';

export interface TaskQuery {
  readonly filter: TaskFilter;
  /** Only tasks whose latest attempt is this agent's. */
  readonly agent?: AgentId | undefined;
  readonly order: TaskOrder;
  readonly limit: number;
  /** The last of the page before. */
  readonly after?: Place | undefined;
}

export interface TasksFound {
  readonly tasks: Task[];
  readonly total: number;
  /** Where the next page goes on; `null`: this is the last. */
  readonly next: Place | null;
}

export interface TaskSearch {
  find(query: TaskQuery): Promise<TasksFound>;
  close(): void;
}

/** Read in one turn of the event loop: some milliseconds. */
const AT_ONCE = 100;
/** So many attempts of an agent are looked through, the latest first. */
const MOST_ATTEMPTS = 1_000;

type SearchedJournal = Pick<Journal, 'tasks' | 'task' | 'attemptsBy' | 'subscribe' | 'workshop'>;

export function createTaskSearch(journal: SearchedJournal): TaskSearch {
  const facts = new Map<number, TaskFacts>();
  const changed = new Set<TaskId>();
  const strings = new Map<string, string>();
  let filling: Promise<void> | null = null;
  let stop: (() => void) | null = null;

  function take(task: Task): void {
    facts.set(
      taskNumberOf(task.id),
      factsOf(task, (text) => shared(strings, text)),
    );
  }

  async function fill(): Promise<void> {
    // From now on nothing is missed; what is read below may be newer than its event, never older.
    stop = journal.subscribe((events) => noteChanges(events, changed));
    let before = journal.workshop().lastTask + 1;
    while (before > 1 && stop !== null) {
      const page = journal.tasks({ limit: AT_ONCE, before });
      for (const task of page) take(task);
      const last = page.at(-1);
      before = last ? taskNumberOf(last.id) : 0;
      await new Promise(setImmediate);
    }
  }

  function catchUp(): void {
    for (const id of changed) {
      const task = journal.task(id);
      if (task) take(task);
    }
    changed.clear();
  }

  return {
    async find(query) {
      filling ??= fill();
      await filling;
      catchUp();
      return look(journal, facts, query);
    },
    close() {
      stop?.();
      stop = null;
    },
  };
}

function noteChanges(events: readonly StoredEvent[], changed: Set<TaskId>): void {
  for (const { event } of events) {
    const id = taskOfEvent(event);
    if (id !== null) changed.add(id);
  }
}

function factsOf(task: Task, share: (text: string) => string): TaskFacts {
  const { id, title, state, priority, repo, engine, needs, batch, createdAt, updatedAt } = task;
  return {
    text: `${id} ${title} ${repo.url}`.toLowerCase(),
    title,
    number: taskNumberOf(id),
    state,
    priority,
    repo: share(repo.url),
    engine: share(engine.kind),
    agent: undefined,
    needs,
    batch: batch === null ? null : share(batch),
    createdAt,
    updatedAt,
  };
}

/** The same text once: a workshop has many tasks and few repositories. */
function shared(strings: Map<string, string>, text: string): string {
  const known = strings.get(text);
  if (known !== undefined) return known;
  strings.set(text, text);
  return text;
}

function look(
  journal: SearchedJournal,
  facts: ReadonlyMap<number, TaskFacts>,
  { filter, agent, order, limit, after }: TaskQuery,
): TasksFound {
  const among = agent === undefined ? facts.values() : heldLastBy(journal, facts, agent);
  const page: Place[] = [];
  let total = 0;
  let ahead = 0;
  for (const one of among) {
    if (!passes(one, filter)) continue;
    total += 1;
    const place = { value: sortValue(one, order.by), number: one.number };
    if (after && comparePlaces(place, after, order) <= 0) continue;
    ahead += 1;
    insert(page, place, limit, order);
  }
  const tasks = page.flatMap(({ number }) => journal.task(taskIdOf(number)) ?? []);
  return { tasks, total, next: ahead > page.length ? (page.at(-1) ?? null) : null };
}

/** Keeps the first `limit` of all that are put in, in order: of a hundred thousand only a page is ever sorted. */
function insert(page: Place[], place: Place, limit: number, order: TaskOrder): void {
  const last = page.at(-1);
  if (page.length === limit && last && comparePlaces(place, last, order) > 0) return;
  let [low, high] = [0, page.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = page[middle];
    if (there && comparePlaces(there, place, order) < 0) low = middle + 1;
    else high = middle;
  }
  page.splice(low, 0, place);
  if (page.length > limit) page.pop();
}

/** Tasks whose latest attempt is this agent's. */
function* heldLastBy(
  journal: SearchedJournal,
  facts: ReadonlyMap<number, TaskFacts>,
  agent: AgentId,
): Generator<TaskFacts> {
  const seen = new Set<TaskId>();
  for (const { id, taskId } of journal.attemptsBy(agent, MOST_ATTEMPTS)) {
    if (seen.has(taskId) || journal.task(taskId)?.attemptId !== id) continue;
    seen.add(taskId);
    const one = facts.get(taskNumberOf(taskId));
    if (one) yield one;
  }
}
