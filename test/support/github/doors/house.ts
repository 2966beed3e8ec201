/** Everything a door of the stand-in needs behind it. */
import { type Context } from '../context.ts';
import { type Faults } from '../faults.ts';
import { type Ledger } from '../limits.ts';
import { type Judge } from '../openapi.ts';

export interface House {
  readonly context: Context;
  readonly judge: Judge;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly requests: LoggedRequest[];
  /** Requests that are being answered. */
  readonly running: Set<Promise<void>>;
}

/** One request that came in, in the order of the answers. */
export interface LoggedRequest {
  /** `rest`, `graphql`, `git` or `sign-in`. */
  door: string;
  method: string;
  /** As sent, with its query. */
  path: string;
  /** 0: the connection was closed without an answer. */
  status: number;
  /** What it took from a budget: 0 for a 304, points for GraphQL. */
  cost: number;
}
