/** For tests of accounts: a data folder, a clock that does not make anybody wait, and a `gh` that says what the test wants. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../../../shared/clock.ts';
import type { Keychain } from '../../../secrets/secret-keeper.ts';
import { openCache } from '../api/cache.ts';
import { quickClock } from '../testing.ts';
import { openAccounts } from './accounts.ts';
import type { Accounts } from './port.ts';

export interface TestAccounts {
  readonly accounts: Accounts;
  /** `<data>/github` */
  readonly dir: string;
  /** What people were told last; `null`: nothing. */
  trouble(): string | null;
  /** What `gh auth token` prints from now on; `null`: it fails. */
  sayInGh(token: string | null): void;
  /** Closes them, and opens what is on disk. */
  again(): Promise<TestAccounts>;
  close(): Promise<void>;
}

export interface TestAccountsOptions {
  readonly clock?: Clock;
  readonly clientId?: string | null;
  readonly keychain?: Keychain | null;
  readonly dir?: string;
}

export function openTestAccounts(options: TestAccountsOptions = {}): TestAccounts {
  const { clock = quickClock(), clientId = null, keychain = null } = options;
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), 'koubou-accounts-'));
  const bin = path.join(dir, 'bin');
  const said = path.join(dir, 'gh-token');
  mkdirSync(bin, { recursive: true });
  // Answers only what it is really asked.
  writeFileSync(
    path.join(bin, 'gh'),
    `#!/bin/sh\n[ "$1 $2 $3" = "auth token --hostname" ] && exec cat '${said}'\nexit 1\n`,
  );
  chmodSync(path.join(bin, 'gh'), 0o755);
  let trouble: string | null = null;
  const cache = openCache(path.join(dir, 'cache.db'));
  const accounts = openAccounts({
    ...{ dir, keychain, clock, cache },
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    random: () => 0.5,
    userAgent: 'koubou/test',
    settings: () => ({ host: 'github.com', clientId }),
    tell: (text) => (trouble = text),
    onProblem: (error) => {
      throw error;
    },
  });
  const leave = async (): Promise<void> => {
    await accounts.close();
    cache.close();
  };
  return {
    accounts,
    dir,
    trouble: () => trouble,
    sayInGh(token) {
      if (token === null) rmSync(said, { force: true });
      else writeFileSync(said, `${token}\n`);
    },
    async again() {
      await leave();
      return openTestAccounts({ ...options, dir });
    },
    async close() {
      await leave();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
