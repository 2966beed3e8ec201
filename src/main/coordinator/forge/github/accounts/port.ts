/** Who is signed in where. Tokens come from here and go to GitHub only: no other part ever holds one. */
import type {
  Budget,
  DeviceStatus,
  GitHubAccount,
  SignIn,
  SignedIn,
} from '../../../../../shared/contract-github.ts';
import type { Result } from '../../../../../shared/result.ts';
import type { Credentials } from '../../credentials.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';

export interface Accounts extends Credentials {
  /** All accounts, in the order in which they were signed in; no secrets. */
  list(): readonly GitHubAccount[];
  /** True when an account of that host (`github.com`, or an address there) is kept, whatever its state. */
  isSignedIn(host: string): boolean;
  /** Asks once who it is and what it may; keeps it when GitHub takes it. */
  signIn(order: SignIn): Promise<Result<SignedIn, GitHubProblem>>;
  /** How far a sign-in with a code is; `undefined`: there is none of that id. */
  deviceStatus(id: string): DeviceStatus | undefined;
  /** Forgets the account and its secret; `undefined`: there is none. */
  signOut(id: string): Promise<GitHubAccount | undefined>;
  /** Asks again who each account is, and what it may. */
  check(): Promise<readonly GitHubAccount[]>;
  /**
   * A client that asks as the account that sees the repository (`acme/shop`), or as the first of the host when none is named.
   * A revoked account is a failure at once (`unauthorized`): wait for `subscribe`, then ask again.
   */
  clientFor(host: string, repo?: string): Promise<Result<GitHubClient, GitHubProblem>>;
  /** A client for each account that GitHub takes, for what looks at all of them. */
  clients(): readonly GitHubClient[];
  /** What is left to each account, per resource. */
  budget(): readonly Budget[];
  /** Called when somebody signed in or out, and when an account was revoked or works again; the answer ends it. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}
