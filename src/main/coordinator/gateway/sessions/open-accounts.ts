/** The accounts at model providers and their sign-ins, put together with who is told of them. */
import path from 'node:path';
import type { Clock } from '../../../../shared/clock.ts';
import { createAccounts, type AccountBook } from '../accounts/accounts.ts';
import type { Keychain } from '../../secrets/secret-keeper.ts';
import { probe } from './probe.ts';
import { createSessions, type AccountSessions } from './sessions.ts';
import { watchTroubles } from './troubles.ts';

export interface OpenAccountsDeps {
  readonly dataDir: string;
  readonly keychain: Keychain | null;
  readonly clock: Clock;
  /** What a person has to do so that work goes on; `null`: nothing. */
  readonly tell: (trouble: string | null) => void;
}

export interface ModelAccounts {
  readonly accounts: AccountBook;
  readonly sessions: AccountSessions;
  /** Ends what is asked and told. */
  close(): void;
}

/** @throws when the disk fails */
export function openAccounts({ dataDir, tell, ...deps }: OpenAccountsDeps): ModelAccounts {
  const accounts = createAccounts({ ...deps, dir: path.join(dataDir, 'models') });
  const sessions = createSessions({ ...deps, accounts, probe, random: Math.random });
  const end = watchTroubles({ accounts, sessions, tell });
  return {
    accounts,
    sessions,
    close() {
      end();
      sessions.close();
    },
  };
}
