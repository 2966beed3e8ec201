/** What the parts that write to GitHub share: passed from `pulls.ts` to each. */
import type { Logger } from 'pino';
import type { Clock } from '../../../../../shared/clock.ts';
import type { Change, Task } from '../../../../../shared/domain/task.ts';
import type { AttemptId, TaskId } from '../../../../../shared/ids.ts';
import type { Result } from '../../../../../shared/result.ts';
import type { Journal } from '../../../journal/port.ts';
import type { Git } from '../../git.ts';
import type { Accounts } from '../accounts/port.ts';
import type { GitHubCache } from '../api/cache.ts';
import type { RepoPlace } from '../api/hosts.ts';
import type { GitHubProblem } from '../api/problem.ts';
import type { GitHubClient } from '../api/port.ts';
import type { PullSettings } from './settings.ts';

export interface PullsDeps {
  readonly journal: Journal;
  readonly accounts: Pick<Accounts, 'clientFor' | 'isSignedIn' | 'list' | 'subscribe'>;
  readonly cache: Pick<GitHubCache, 'get' | 'set' | 'delete' | 'entries'>;
  /** With the credentials of signed-in hosts. */
  readonly git: Git;
  /** The coordinator's mirror of a repository, by its address; `undefined`: there is none. */
  readonly mirrorOf: (url: string) => string | undefined;
  readonly settings: () => PullSettings;
  /** Tells this workshop's marks from those of others: a short word. */
  readonly workshop: string;
  /** What the engine said last in an attempt; `null`: nothing that is known. */
  readonly lastWords: (id: AttemptId) => Promise<string | null>;
  /** False: another coordinator leads the task by now. May wait until that can be known. */
  readonly mayAct: (id: TaskId) => Promise<boolean>;
  /** False: that has to be asked again before anything is written. */
  readonly stillMay: (id: TaskId) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export type Done<T> = Promise<Result<T, GitHubProblem>>;
/** `again`: it stands otherwise than before; `done`: nothing to do but to look again later. */
export type Round = 'again' | 'done';

export type Changed = Task & { readonly change: Change };

/** Where something is done, and who may ask there. */
export interface At {
  readonly client: GitHubClient;
  readonly place: RepoPlace;
}

export function isChanged(task: Task): task is Changed {
  return task.change !== null;
}

/** The fencing check before anything is written at GitHub: the change is that of the attempt that ended the task's work. */
export function isItsOwn(journal: Pick<Journal, 'attempt'>, task: Task): task is Changed {
  if (task.state !== 'review' || !isChanged(task)) return false;
  const attempt = journal.attempt(task.change.attemptId);
  return task.change.attemptId === task.attemptId && attempt?.state === 'succeeded';
}
