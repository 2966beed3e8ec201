/**
 * One forge for all repositories: those of a host where somebody is signed in go through pull requests there, all others are
 * merged by `local`. Mirrors, diffs and what agents push are `local`'s for both.
 */
import type { Origin } from '../../../shared/domain/origin.ts';
import type { Change, Task } from '../../../shared/domain/task.ts';
import type { Forge, MergeAnswer } from './port.ts';

/** What a forge with issues and pull requests of its own adds. */
export interface RemoteForge {
  /** True when somebody is signed in where that issue is. */
  knows(origin: Origin): boolean;
  issues(origins: readonly Origin[]): ReturnType<Forge['issues']>;
  /** True when changes of that repository go through pull requests. */
  handles(repoUrl: string): boolean;
  merge(task: Task & { change: Change }, now: number): Promise<MergeAnswer>;
}

export function createForges(local: Forge, remote: RemoteForge): Forge {
  return {
    async issues(origins) {
      const theirs = origins.filter((origin) => remote.knows(origin));
      const others = origins.filter((origin) => !remote.knows(origin));
      const [a, b] = await Promise.all([remote.issues(theirs), local.issues(others)]);
      return new Map([...a, ...b]);
    },
    inspect: (url, base) => local.inspect(url, base),
    prepare: (repo) => local.prepare(repo),
    survey: (repo, query) => local.survey(repo, query),
    mirrorPath: (key) => local.mirrorPath(key),
    pushedCommit: (key, branch) => local.pushedCommit(key, branch),
    hasCommit: (key, commit) => local.hasCommit(key, commit),
    keptWork: () => local.keptWork(),
    dropWork: (key, id) => local.dropWork(key, id),
    diff: (task) => local.diff(task),
    lines: (task, place) => local.lines(task, place),
    merge: (task, now) =>
      remote.handles(task.repo.url) ? remote.merge(task, now) : local.merge(task, now),
  };
}
