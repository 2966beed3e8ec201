/** Everything that may come of asking GitHub, but an answer: one code for a program, one sentence with what to do. Pure. */
import type { GitHubHost } from './hosts.ts';

export type GitHubProblemCode =
  /** Nobody is signed in at that host. */
  | 'not_signed_in'
  /** The token is taken no more: what needs it waits for a person. */
  | 'unauthorized'
  /** The account may not do that; `give` says what it lacks, where GitHub did. */
  | 'forbidden'
  /** The organisation wants the token authorised for its single sign-on. */
  | 'sso_required'
  /** Deleted, or not to be seen by this account. */
  | 'not_found'
  /** Issues are switched off, or it was deleted for good. */
  | 'gone'
  | 'conflict'
  /** GitHub does not take what was sent; `fields` has its own reasons. */
  | 'invalid'
  | 'rate_limited'
  | 'secondary_limit'
  | 'server_error'
  | 'timed_out'
  | 'unreachable'
  | 'tls'
  /** Something answers there, but no GitHub. */
  | 'not_github'
  | 'too_large'
  /** The caller, or the end of the coordinator, ended it. */
  | 'aborted';

export interface GitHubProblem {
  readonly code: GitHubProblemCode;
  /** What was wrong and what to do, for people; never a secret. */
  readonly message: string;
  /** Epoch ms from when it may go well; `null`: time alone does not help. */
  readonly retryAt: number | null;
  /** HTTP; `null` when nothing came back. */
  readonly status: number | null;
  /** GitHub's own words; `null` when it had none. */
  readonly said: string | null;
  readonly fields: readonly FieldError[];
  /** The permissions that would do, as `X-Accepted-GitHub-Permissions` has them: `pull_requests=write`. */
  readonly give: string | null;
  /** A write that may have been done all the same: look for its marker. */
  readonly mayHaveActed: boolean;
}

/** One reason of a 422. */
export interface FieldError {
  readonly resource: string | null;
  readonly field: string | null;
  /** `missing`, `already_exists`, `custom`, … */
  readonly code: string | null;
  readonly message: string | null;
}

/** What was asked for, to name it. */
export interface Asked {
  readonly host: GitHubHost;
  /** `GET /repos/acme/shop` */
  readonly what: string;
  readonly isWrite: boolean;
  /** The account's login; `null` before it is known. */
  readonly login: string | null;
}

export function problem(
  code: GitHubProblemCode,
  message: string,
  more: Partial<Omit<GitHubProblem, 'code' | 'message'>> = {},
): GitHubProblem {
  const rest = { retryAt: null, status: null, said: null, fields: [], give: null };
  return { ...rest, mayHaveActed: false, ...more, code, message };
}
