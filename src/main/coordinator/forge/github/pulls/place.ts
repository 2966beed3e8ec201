/** Which repository at which GitHub a task is about: by its address for git, or by that of its issue. Pure. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import type { Task } from '../../../../../shared/domain/task.ts';
import { hostOf, placeOf, repoName, type RepoPlace } from '../api/hosts.ts';
import { placeOfIssue } from '../issues/place.ts';

/** `git@github.com:acme/shop.git`, `ssh://git@github.com/acme/shop`. */
const SCP = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)([^/]+)\/([^/]+?)(?:\.git)?\/?$/;
const SSH = /^ssh:\/\/(?:[\w.-]+@)?([\w.-]+)(?::\d+)?\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/;

/** An issue or pull request at GitHub. */
export interface IssuePlace extends RepoPlace {
  readonly kind: 'issue' | 'pull';
  readonly number: number;
}

/** The repository that a task's address for git names; `null`: a folder, or an address of another shape. */
export function repoPlaceOf(url: string): RepoPlace | null {
  const place = placeOf(url);
  if (place) return place;
  const found = SSH.exec(url) ?? SCP.exec(url);
  const [, name = '', owner = '', repo = ''] = found ?? [];
  const host = found ? hostOf(name) : undefined;
  return host?.ok ? { host: host.value.name, owner, repo } : null;
}

/** Where the issue is that a task was made from; whoever asks there has to be signed in at its host. */
export function issuePlaceOf(origin: Origin | null): IssuePlace | null {
  const found = origin && placeOfIssue(origin);
  const place = found && placeOf(origin.url);
  if (!place) return null;
  const kind = origin.url.endsWith(`/pull/${found.number}`) ? 'pull' : 'issue';
  return { ...place, kind, number: found.number };
}

/** The repository of a task's pull request: by the name that GitHub gave it last. */
export function homeOf({ repo, pull }: Pick<Task, 'repo' | 'pull'>): RepoPlace | null {
  const place = repoPlaceOf(repo.url);
  const [owner, name] = pull?.repo.split('/') ?? [];
  return place && owner !== undefined && name !== undefined
    ? { ...place, owner, repo: name }
    : place;
}

export function isSameRepo(a: RepoPlace, b: RepoPlace): boolean {
  return a.host === b.host && repoName(a) === repoName(b);
}
