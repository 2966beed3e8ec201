/** The accounts at model providers: who there is, and their secrets, which only the proxy and the check ask for. */
import { randomBytes } from 'node:crypto';
import { ModelAccountId } from '../../../../shared/models.ts';
import { fail } from '../../../../shared/result.ts';
import type { Keychain } from '../../secrets/secret-keeper.ts';
import type { Accounts, ModelAccount } from '../models/port.ts';
import { keptIn } from './kept.ts';
import { remembering } from './remembered.ts';

export interface AccountBook extends Accounts {
  /** What was wrong with the list at the start, and what to do; `null`: nothing. */
  readonly damage: string | null;
  get(id: ModelAccountId): ModelAccount | undefined;
  /** @throws when the disk says no; then nothing was kept */
  add(about: Omit<ModelAccount, 'id'>, secret: string): Promise<ModelAccount>;
  /** In place of the one before; false: the account was removed meanwhile. @throws when the disk says no */
  replaceSecret(account: ModelAccount, secret: string): Promise<boolean>;
  /** @throws when the disk says no */
  rename(id: ModelAccountId, name: string): ModelAccount | undefined;
  /** Forgets it and its secret; false: there is none. @throws when the disk says no */
  remove(id: ModelAccountId): boolean;
}

export interface AccountsDeps {
  /** `<data>/models` */
  readonly dir: string;
  readonly keychain: Keychain | null;
  readonly clock: { now(): number };
}

export function createAccounts({ dir, keychain, clock }: AccountsDeps): AccountBook {
  const kept = remembering(keptIn(dir, keychain, clock), clock);
  const { accounts, damage } = kept.read();
  const listeners = new Set<() => void>();
  let list: readonly ModelAccount[] = accounts;
  const get = (id: ModelAccountId): ModelAccount | undefined => list.find((one) => one.id === id);

  function become(next: readonly ModelAccount[]): void {
    kept.write(next);
    list = next;
    tell();
  }

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  return {
    damage,
    list: () => list,
    get,
    async secretOf(id) {
      const account = get(id);
      return account ? await kept.secretOf(account) : fail(`there is no account ${id} any more`);
    },
    async add(about, secret) {
      const account = { id: newId(), ...about };
      // The secret first: an account that is listed has one.
      await kept.keepSecret(account, secret);
      try {
        become([...list, account]);
      } catch (error) {
        kept.forgetSecret(account);
        throw error;
      }
      return account;
    },
    async replaceSecret(account, secret) {
      await kept.keepSecret(account, secret);
      const isThere = get(account.id) !== undefined;
      // Removed while the keychain was asked: no key stays behind.
      if (isThere) tell();
      else kept.forgetSecret(account);
      return isThere;
    },
    rename(id, name) {
      const account = get(id);
      if (!account) return undefined;
      const renamed = { ...account, name };
      become(list.map((one) => (one === account ? renamed : one)));
      return renamed;
    },
    remove(id) {
      const account = get(id);
      if (!account) return false;
      // The secret first: where the disk says no, nothing is left of it that no list names.
      kept.forgetSecret(account);
      become(list.filter((one) => one !== account));
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newId(): ModelAccountId {
  return ModelAccountId.parse(`acct-${randomBytes(6).toString('hex')}`);
}
