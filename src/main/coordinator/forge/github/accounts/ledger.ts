/** The accounts as they are now: kept in `accounts.json`, told to whoever waits for one, and to people when one needs them. */
import type { GitHubAccount } from '../../../../../shared/contract-github.ts';
import type { Kept } from './kept.ts';

export interface Ledger {
  list(): readonly GitHubAccount[];
  get(id: string): GitHubAccount | undefined;
  /** Enters an account, in place of the one of its id. @throws when the disk fails */
  put(account: GitHubAccount): void;
  /** Notes what became of an account; nothing happens when that is known. */
  note(id: string, change: Partial<GitHubAccount>): void;
  /** @throws when the disk fails */
  remove(id: string): GitHubAccount | undefined;
  subscribe(listener: () => void): () => void;
}

export interface LedgerDeps {
  readonly kept: Kept;
  /** What a person has to do so that work goes on; `null`: nothing. */
  readonly tell: (trouble: string | null) => void;
  /** A note could not be written; it is true until the coordinator ends. */
  readonly onProblem: (error: unknown) => void;
}

export function openLedger({ kept, tell, onProblem }: LedgerDeps): Ledger {
  const { accounts, damage } = kept.read();
  const listeners = new Set<() => void>();
  let list: readonly GitHubAccount[] = accounts;
  tell(damage ?? troubleOf(list));

  function become(next: readonly GitHubAccount[]): void {
    list = next;
    tell(troubleOf(list));
    for (const listener of [...listeners]) listener();
  }

  return {
    list: () => list,
    get: (id) => list.find((one) => one.id === id),
    put(account) {
      const isThere = list.some(({ id }) => id === account.id);
      const next = isThere
        ? list.map((one) => (one.id === account.id ? account : one))
        : [...list, account];
      kept.write(next);
      become(next);
    },
    note(id, change) {
      const before = list.find((one) => one.id === id);
      if (!before) return;
      const after = { ...before, ...change };
      if (JSON.stringify(after) === JSON.stringify(before)) return;
      const next = list.map((one) => (one.id === id ? after : one));
      try {
        kept.write(next);
      } catch (error) {
        onProblem(error);
      }
      become(next);
    },
    remove(id) {
      const gone = list.find((one) => one.id === id);
      if (!gone) return undefined;
      const next = list.filter((one) => one !== gone);
      kept.write(next);
      become(next);
      return gone;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function troubleOf(list: readonly GitHubAccount[]): string | null {
  const revoked = list.filter(({ state }) => state === 'revoked');
  if (revoked.length === 0) return null;
  const each = revoked.map(
    ({ message, login, host }) => message ?? `${login} at ${host} is signed out`,
  );
  return `${each.join('. ')}. What needs it waits until then, and goes on by itself`;
}
