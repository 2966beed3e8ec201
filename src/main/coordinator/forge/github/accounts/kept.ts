/** What is kept of accounts: `<data>/github/accounts.json`, which holds no secret, and one secret each beside it. */
import path from 'node:path';
import { z } from 'zod';
import { GitHubAccount } from '../../../../../shared/contract-github.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { accountList, type AccountList } from '../../../secrets/account-list.ts';
import { secretKeeper, type Keychain } from '../../../secrets/secret-keeper.ts';

export const Secret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('token'), token: z.string() }),
  /** Nothing is kept: `gh` has it. */
  z.strictObject({ kind: z.literal('gh') }),
  z.strictObject({
    kind: z.literal('app'),
    appId: z.string(),
    privateKey: z.string(),
    installationId: z.int(),
  }),
  z.strictObject({
    kind: z.literal('device'),
    clientId: z.string(),
    token: z.string(),
    refreshToken: z.string().nullable(),
    /** Epoch ms; `null`: it does not end. */
    expiresAt: z.number().nullable(),
  }),
]);
export type Secret = z.infer<typeof Secret>;

export interface Kept extends AccountList<GitHubAccount> {
  secretOf(id: string): Promise<Result<Secret, string>>;
  /** @throws when the disk fails */
  keepSecret(id: string, secret: Secret): Promise<void>;
  forgetSecret(id: string): void;
}

/** @param dir `<data>/github` */
export function keptIn(dir: string, keychain: Keychain | null): Kept {
  const file = path.join(dir, 'accounts.json');
  const keeperOf = (id: string) =>
    secretKeeper(
      { file: path.join(dir, 'secrets', id), what: 'what an account of GitHub signs in with' },
      keychain,
    );
  return {
    ...accountList({
      file,
      account: GitHubAccount,
      aside: () => `${file}.damaged`,
      damage: (aside) =>
        `the list of accounts at GitHub was damaged, and is kept as ${aside}. Sign in again: koubou github sign-in`,
    }),
    async secretOf(id) {
      const text = await keeperOf(id).open();
      if (!text.ok) return text;
      const secret = parse(text.value);
      return secret ? ok(secret) : fail('what this account signs in with is gone or damaged');
    },
    keepSecret: async (id, secret) => await keeperOf(id).seal(JSON.stringify(secret)),
    forgetSecret: (id) => keeperOf(id).remove(),
  };
}

function parse(text: string | null): Secret | undefined {
  if (text === null) return undefined;
  try {
    return Secret.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // Not JSON: as good as gone.
  }
}
