/**
 * What attempts of earlier tasks took, by repository: medians of time and money. Read from the tables once, then kept up to date
 * by events. The one place that says how long a task will take, for its analysis and for whoever looks at it.
 */
import type { Attempt } from '../../../../shared/domain/attempt.ts';
import type { Past } from '../../../../shared/domain/analyse.ts';
import type { Task } from '../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../shared/ids.ts';
import type { Journal } from '../../journal/port.ts';

export interface History {
  /** Of tasks like it: of the same repository and engine, and of the same specialty where there are enough. `null`: too few. */
  past(task: Like): Past | null;
  close(): void;
}

/** What makes tasks alike. */
export type Like = Pick<Task, 'id' | 'repo' | 'engine' | 'specialty'>;

/** So many of the newest tasks are read at first, and of each repository so many are remembered. */
const LOOK_AT = 500;
const MOST_EACH = 200;
const MOST_REPOS = 1_000;
/** Fewer say nothing. */
const ENOUGH = 3;

interface Done extends Like {
  readonly ms: number;
  readonly costUsd: number | null;
  readonly attempts: number;
}

export function openHistory(
  journal: Pick<Journal, 'tasks' | 'task' | 'attempt' | 'subscribe'>,
): History {
  /** By repository, newest last; `null` until somebody asks. */
  let known: Map<string, Map<TaskId, Done>> | null = null;

  function learn(into: Map<string, Map<TaskId, Done>>, task: Task | undefined): void {
    const attempt = task?.change ? journal.attempt(task.change.attemptId) : undefined;
    const done = task && attempt ? doneOf(task, attempt) : null;
    if (!done) return;
    const own = into.get(done.repo.url) ?? new Map<TaskId, Done>();
    into.delete(done.repo.url);
    into.set(done.repo.url, own);
    own.delete(done.id);
    own.set(done.id, done);
    dropOldest(own, MOST_EACH);
    dropOldest(into, MOST_REPOS);
  }

  function all(): Map<string, Map<TaskId, Done>> {
    if (known) return known;
    const read = new Map<string, Map<TaskId, Done>>();
    for (const task of journal.tasks({ limit: LOOK_AT }).toReversed()) learn(read, task);
    known = read;
    return read;
  }

  const unsubscribe = journal.subscribe((events) => {
    if (!known) return;
    for (const { event } of events)
      if (event.type === 'task.review_opened') learn(known, journal.task(event.taskId));
  });

  return {
    past(like) {
      const others = [...(all().get(like.repo.url)?.values() ?? [])].filter(
        ({ id, engine }) => id !== like.id && engine.kind === like.engine.kind,
      );
      const closest = others.filter(({ specialty }) => specialty === like.specialty);
      return pastOf(closest.length >= ENOUGH ? closest : others);
    },
    close: unsubscribe,
  };
}

function doneOf(task: Task, { assignedAt, endedAt, usage }: Attempt): Done | null {
  if (endedAt === null) return null;
  const { id, repo, engine, specialty, attempts } = task;
  const ms = Math.max(0, endedAt - assignedAt);
  return { id, repo, engine, specialty, ms, costUsd: usage?.costUsd ?? null, attempts };
}

function pastOf(done: readonly Done[]): Past | null {
  const ms = median(done.map((one) => one.ms));
  const attempts = median(done.map((one) => one.attempts));
  if (ms === null || attempts === null || done.length < ENOUGH) return null;
  const costs = done.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  return { ms, costUsd: costs.length < ENOUGH ? null : median(costs), attempts, of: done.length };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

function dropOldest<K>(map: Map<K, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
