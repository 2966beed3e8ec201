/**
 * Which tasks have to do with which issue, pull request, commit or repository at GitHub: an index over the open tasks, kept up
 * with the log, so that a delivery is told apart from the thousands that are no matter of ours without looking at every task.
 */
import type { StoredEvent } from '../../../../../shared/domain/event.ts';
import { taskOfEvent } from '../../../../../shared/domain/event.ts';
import { isEnd, TASK_STATES, type Task } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import type { Journal } from '../../../journal/port.ts';
import { homeOf } from '../pulls/place.ts';
import { issueKeyOf, numberedKey, repoKeyIn, repoKeyOf } from './keys.ts';

export interface Watched {
  /** Open tasks made from that issue. */
  ofIssue(key: string): readonly TaskId[];
  /** Open tasks that wait until that issue is closed. */
  waitingFor(key: string): readonly TaskId[];
  ofPull(key: string): readonly TaskId[];
  ofCommit(repo: string, commit: string): readonly TaskId[];
  /** Open tasks made from an issue in it, or whose pull request is there. */
  ofRepo(key: string): readonly TaskId[];
  /** Repositories that a task has to do with. */
  reposOf(id: TaskId): readonly string[];
  /** Open tasks that have to do with GitHub. */
  all(): readonly TaskId[];
  /** Takes up what the log says. @returns the tasks that it was about */
  follow(events: readonly StoredEvent[]): ReadonlySet<TaskId>;
}

const ALL = 1_000_000;

export function watchTasks(journal: Pick<Journal, 'task' | 'inState'>): Watched {
  const index = new Map<string, Set<TaskId>>();
  const known = new Map<TaskId, readonly string[]>();
  const found = (kind: Kind, key: string): readonly TaskId[] => [
    ...(index.get(`${kind} ${key}`) ?? []),
  ];

  function enter(id: TaskId, task: Task | undefined): void {
    for (const key of known.get(id) ?? []) {
      const ids = index.get(key);
      ids?.delete(id);
      if (ids?.size === 0) index.delete(key);
    }
    known.delete(id);
    if (!task || isEnd(task.state)) return;
    const keys = keysOf(task);
    if (keys.length > 0) known.set(id, keys);
    for (const key of keys) {
      const ids = index.get(key) ?? new Set();
      index.set(key, ids.add(id));
    }
  }

  for (const state of TASK_STATES) {
    if (isEnd(state)) continue;
    for (const task of journal.inState(state, ALL)) enter(task.id, task);
  }
  return {
    ofIssue: (key) => found('issue', key),
    waitingFor: (key) => found('blocker', key),
    ofPull: (key) => found('pull', key),
    ofCommit: (repo, commit) => found('commit', `${repo}@${commit}`),
    ofRepo: (key) => found('repo', key),
    reposOf: (id) =>
      (known.get(id) ?? []).flatMap((key) => (key.startsWith('repo ') ? [key.slice(5)] : [])),
    all: () => [...known.keys()],
    follow(events) {
      const ids = new Set(events.flatMap(({ event }) => taskOfEvent(event) ?? []));
      for (const id of ids) enter(id, journal.task(id));
      return ids;
    },
  };
}

type Kind = 'issue' | 'blocker' | 'pull' | 'commit' | 'repo';

function keysOf(task: Task): string[] {
  const { origin, blockers, pull } = task;
  const home = homeOf(task);
  const keys: string[] = [];
  const add = (kind: Kind, key: string | null): void => {
    if (key !== null) keys.push(`${kind} ${key}`);
  };
  add('issue', issueKeyOf(origin?.url ?? ''));
  const isNumbered = issueKeyOf(origin?.url ?? '') !== null;
  add('repo', isNumbered ? repoKeyIn(origin?.url ?? '') : null);
  for (const { url } of blockers) add('blocker', issueKeyOf(url));
  if (!pull || !home) return keys;
  const repo = repoKeyOf(home);
  add('pull', numberedKey(repo, pull.number));
  add('commit', `${repo}@${pull.headCommit}`);
  add('repo', repo);
  return keys;
}
