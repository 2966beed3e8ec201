/** What the parts that follow GitHub share: passed from `sync.ts` to each. */
import type { Clock } from '../../../../../shared/clock.ts';
import type { NewTask, Task } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import type { Result } from '../../../../../shared/result.ts';
import type { Settings } from '../../../../../shared/settings.ts';
import type { Journal, Receipt } from '../../../journal/port.ts';
import type { Keychain } from '../../../secrets/secret-keeper.ts';
import type { Accounts } from '../accounts/port.ts';
import type { GitHubCache } from '../api/cache.ts';
import type { GitHubProblem } from '../api/problem.ts';

export interface SyncDeps {
  readonly journal: Journal;
  readonly accounts: Pick<Accounts, 'clientFor' | 'isSignedIn' | 'subscribe'>;
  readonly cache: GitHubCache;
  readonly settings: () => Settings['github'];
  /** Makes a task as the API does; what was made under the receipt is answered again. */
  readonly create: (task: NewTask, receipt: Receipt) => Promise<Result<Task>>;
  /** Looks at the pull requests of tasks; resolves when that is done. */
  readonly follow: (ids: readonly TaskId[]) => Promise<void>;
  /** What a person has to do so that something is followed again; `null`: nothing. */
  readonly tell: (trouble: string | null) => void;
  /** `<data>/github` */
  readonly dir: string;
  readonly keychain: Keychain | null;
  /** Counts wrong signatures by address. */
  readonly limiter: { strike(address: string): number; isOut(address: string): boolean };
  readonly clock: Clock;
  readonly log: {
    warn(about: object, message: string): void;
    error(about: object, message: string): void;
  };
}

/** Notes what cannot be read, by a key; `null`: it can again. */
export type Troubles = (key: string, message: string | null) => void;

const SECOND = 1_000;
/** Somebody may put it right at GitHub, which nobody tells us. */
const STUCK_MS = 30 * 60 * SECOND;

/** @returns ms until it may go well; `null`: a sign-in wakes it */
export function pauseAfter({ code, retryAt }: GitHubProblem, now: number): number | null {
  if (code === 'unauthorized' || code === 'not_signed_in') return null;
  return retryAt === null ? STUCK_MS : Math.max(SECOND, retryAt - now);
}

/** True when time alone does not help, and it is no matter of signing in, which is told elsewhere. */
export function needsPerson({ code, retryAt }: GitHubProblem): boolean {
  const isOther = code === 'unauthorized' || code === 'not_signed_in' || code === 'aborted';
  return retryAt === null && !isOther;
}
