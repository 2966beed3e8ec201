/** What the rest of the forge asks GitHub with: typed, conditional, within the limits, and every failure a value. */
import type { Endpoints } from '@octokit/types';
import type { z } from 'zod';
import type { Budget } from '../../../../../shared/contract-github.ts';
import type { Result } from '../../../../../shared/result.ts';
import type { GitHubHost } from './hosts.ts';
import type { GitHubProblem } from './problem.ts';

/** `GET /repos/{owner}/{repo}`, and all others that GitHub publishes. */
export type Route = keyof Endpoints;
export type RouteParameters<R extends Route> = Endpoints[R]['parameters'];
/** What GitHub says that it answers; who relies on more than its types checks it. */
export type RouteData<R extends Route> = Endpoints[R]['response']['data'];

export interface CallOptions {
  /** A person, or a task near its end, waits: goes before what does not. */
  readonly isUrgent?: boolean;
  /**
   * Says that a write may be sent again when nobody knows whether it was done, because what it makes is found by this
   * marker, or because doing it twice is doing it once. Without it a write is sent once.
   */
  readonly marker?: string;
  /** The longest wait for a limit to pass, in ms; what takes longer is told at once (15 minutes if not given). */
  readonly patienceMs?: number;
  /** For each try, in ms; waiting for limits is not counted (30 s if not given). */
  readonly timeoutMs?: number;
  /** Asks as if nothing were known from before. */
  readonly isFresh?: boolean;
  /** Another media type than JSON: `application/vnd.github.diff`; `data` is then text. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface RestAnswer<T> {
  readonly status: number;
  readonly data: T;
  /** GitHub said that nothing changed since; `data` is what it said then, and the budget was not touched. */
  readonly isUnchanged: boolean;
  /** The address of the next page, for `next`; `null` on the last one. */
  readonly nextPage: string | null;
  readonly headers: Headers;
  /** The repository has another name now: `acme/new-name`; `null` when it was found where it was looked for. */
  readonly movedTo: string | null;
}

export interface GitHubClient {
  /** The account it asks as. */
  readonly accountId: string;
  readonly host: GitHubHost;
  rest<R extends Route>(
    route: R,
    params: RouteParameters<R>,
    options?: CallOptions,
  ): Promise<Result<RestAnswer<RouteData<R>>, GitHubProblem>>;
  /** The page after an answer's, by its `nextPage`. */
  page<R extends Route>(
    route: R,
    nextPage: string,
    options?: CallOptions,
  ): Promise<Result<RestAnswer<RouteData<R>>, GitHubProblem>>;
  /**
   * One request to GraphQL. Parts that GitHub could not answer are `null` in `data` and named in `errors`; it is a failure
   * when nothing is left, or when what is left is not of the schema.
   */
  graphql<T>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    options?: CallOptions,
  ): Promise<Result<GraphqlAnswer<T>, GitHubProblem>>;
  /** What is left, per resource (`core`, `graphql`, `search`), as GitHub said last. */
  budget(): readonly Budget[];
}

export interface GraphqlAnswer<T> {
  readonly data: T;
  readonly errors: readonly GraphqlError[];
}

export interface GraphqlError {
  /** `NOT_FOUND`, `FORBIDDEN`; `null` where GitHub gave none. */
  readonly type: string | null;
  readonly message: string;
  /** Where in the answer: `['issue12', 'issueOrPullRequest']`. */
  readonly path: readonly (string | number)[];
}
