/**
 * What is kept of accounts at model providers: `<data>/models/accounts.json`, which holds no secret, and one secret each in
 * `secrets/` beside it, or in the system's keychain.
 */
import path from 'node:path';
import { z } from 'zod';
import { ModelAccountId, Provider } from '../../../../shared/models.ts';
import { fail, type Result } from '../../../../shared/result.ts';
import { accountList, type AccountList } from '../../secrets/account-list.ts';
import { secretKeeper, type Keychain } from '../../secrets/secret-keeper.ts';
import type { ModelAccount } from '../models/port.ts';
import { readBaseUrl } from './base-url.ts';

export interface Kept extends AccountList<ModelAccount> {
  secretOf(account: ModelAccount): Promise<Result<string, string>>;
  /** @throws when the disk fails */
  keepSecret(account: ModelAccount, secret: string): Promise<void>;
  forgetSecret(account: ModelAccount): void;
}

const Entry = z.object({
  id: ModelAccountId,
  provider: Provider,
  name: z.string(),
  /** A file that somebody wrote by hand holds what they would be told of otherwise: a password in it, say. */
  baseUrl: z.string().refine((text) => readBaseUrl(text).ok),
  auth: z.enum(['api_key', 'bearer']),
});

/** @param dir `<data>/models`. @param clock to name what is put aside */
export function keptIn(dir: string, keychain: Keychain | null, clock: { now(): number }): Kept {
  const file = path.join(dir, 'accounts.json');
  const keeperOf = ({ id, name }: ModelAccount) =>
    secretKeeper(
      { file: path.join(dir, 'secrets', id), what: `the key of the account "${name}"` },
      keychain,
    );
  return {
    ...accountList({
      file,
      account: Entry,
      // The secrets stay where they are, so a person can still put the list right, or add the accounts anew.
      aside: () => `${file}.damaged-${clock.now()}`,
      damage: (aside) =>
        `the list of model accounts was damaged, and is kept as ${aside}. Repair it and put it back while the coordinator is stopped, or add the accounts again: koubou accounts add`,
    }),
    async secretOf(account) {
      const text = await keeperOf(account).open();
      if (!text.ok) return text;
      if (text.value !== null) return { ok: true, value: text.value };
      return fail(`the key of the account "${account.name}" is gone. Sign in again`);
    },
    keepSecret: async (account, secret) => await keeperOf(account).seal(secret),
    forgetSecret: (account) => keeperOf(account).remove(),
  };
}
