/** GitHub, put together: who is signed in there, and what is kept to ask it less. Nothing is read or asked before it is needed. */
import path from 'node:path';
import type { Clock } from '../../../../shared/clock.ts';
import type { Settings } from '../../../../shared/settings.ts';
import type { Keychain } from '../../secrets/secret-keeper.ts';
import { openAccounts } from './accounts/accounts.ts';
import type { Accounts } from './accounts/port.ts';
import { openCache, type GitHubCache } from './api/cache.ts';
import type { Environment } from './accounts/gh-cli.ts';

export interface GitHubDeps {
  readonly dataDir: string;
  /** The system's; `null` where there is none. */
  readonly keychain: Keychain | null;
  readonly clock: Clock;
  /** The user's environment, for `gh`. */
  readonly env: Environment;
  /** Of this program, for GitHub to know who asks. */
  readonly version: string;
  readonly settings: () => Settings['github'];
  /** What a person has to do at GitHub so that work goes on; `null`: nothing. */
  readonly tell: (trouble: string | null) => void;
  readonly log: { error(about: { err: unknown }, message: string): void };
}

export interface GitHub {
  readonly accounts: Accounts;
  readonly cache: GitHubCache;
  /** Aborted when the line to GitHub is cut. */
  readonly signal: AbortSignal;
  /** Ends what is under way or waits for a limit, and lets nothing more begin: before those are closed who would wait for it. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

export function openGitHub({ dataDir, version, log, ...deps }: GitHubDeps): GitHub {
  const dir = path.join(dataDir, 'github');
  const cache = openCache(path.join(dir, 'cache.db'));
  const accounts = openAccounts({
    ...deps,
    dir,
    cache,
    userAgent: `koubou/${version}`,
    random: Math.random,
    onProblem: (err) => log.error({ err }, 'what is known of an account at GitHub cannot be kept'),
  });
  const line = new AbortController();
  const hangUp = async (): Promise<void> => {
    line.abort();
    await accounts.close();
  };
  return {
    accounts,
    cache,
    signal: line.signal,
    hangUp,
    async close() {
      await hangUp();
      cache.close();
    },
  };
}
