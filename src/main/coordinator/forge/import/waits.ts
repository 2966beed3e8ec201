/**
 * What the tasks of some issues wait for: an issue that is a task already is waited for as that task, all others until they are
 * closed. What would wait for itself in the end is not waited for. Reads tasks only.
 */
import type { Origin } from '../../../../shared/domain/origin.ts';
import { isEnd, type Task } from '../../../../shared/domain/task.ts';
import type { Remark } from '../../../../shared/import/remark.ts';
import type { TaskId } from '../../../../shared/ids.ts';
import type { Journal } from '../../journal/port.ts';
import type { Issue } from '../port.ts';

export interface Waits {
  readonly after: TaskId[];
  readonly blockers: Origin[];
  readonly remarks: Remark[];
}

/** @returns for each issue what it waits for, by its address; of a circle the last part is left open */
export function waitsAmong(
  issues: readonly Pick<Issue, 'origin' | 'blockers'>[],
  journal: Pick<Journal, 'task' | 'tasksOf'>,
): ReadonlyMap<Origin['url'], Waits> {
  const kept = new Map<Origin['url'], Origin['url'][]>();
  const next = (url: Origin['url']): Origin['url'][] => [
    ...(kept.get(url) ?? []),
    ...awaitedBy(openTask(journal, url), journal),
  ];
  return new Map(
    issues.map(({ origin, blockers }) => {
      const free = blockers.filter(({ url }) => !leadsTo(url, origin.url, next));
      kept.set(
        origin.url,
        free.map(({ url }) => url),
      );
      const tasks = free.map((blocker) => ({ blocker, task: openTask(journal, blocker.url) }));
      const circles = blockers.filter((one) => !free.includes(one)).map(({ ref }) => ref);
      return [
        origin.url,
        {
          after: tasks.flatMap(({ task }) => (task ? [task.id] : [])),
          blockers: tasks.flatMap(({ blocker, task }) => (task ? [] : [blocker])),
          remarks: circles.map((ref): Remark => ({ code: 'circle', ref })),
        },
      ];
    }),
  );
}

/** Of what an issue waits for that which does not wait for it in turn, as tasks stand now. */
export function freeBlockers(
  issue: Pick<Issue, 'origin' | 'blockers'>,
  journal: Pick<Journal, 'task' | 'tasksOf'>,
): Origin[] {
  const next = (url: Origin['url']): Origin['url'][] => awaitedBy(openTask(journal, url), journal);
  return issue.blockers.filter(({ url }) => !leadsTo(url, issue.origin.url, next));
}

function openTask(journal: Pick<Journal, 'tasksOf'>, url: Origin['url']): Task | undefined {
  return journal.tasksOf(url).find(({ state }) => !isEnd(state));
}

function awaitedBy(task: Task | undefined, journal: Pick<Journal, 'task'>): Origin['url'][] {
  if (!task) return [];
  const after = task.after.flatMap((id) => journal.task(id)?.origin?.url ?? []);
  return [...task.blockers.map(({ url }) => url), ...after];
}

function leadsTo(
  from: Origin['url'],
  to: Origin['url'],
  next: (url: Origin['url']) => readonly Origin['url'][],
): boolean {
  const seen = new Set<Origin['url']>();
  const queue = [from];
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    if (url === to) return true;
    if (seen.has(url)) continue;
    seen.add(url);
    queue.push(...next(url));
  }
  return false;
}
