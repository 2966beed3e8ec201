/** Where the authority's key is kept: `<data>/ca/ca.key`, or, sealed by the keychain, `ca.key.sealed`. */
import path from 'node:path';
import { secretKeeper, type Keychain, type SecretKeeper } from '../../secrets/secret-keeper.ts';

export type KeyKeeper = Pick<SecretKeeper, 'seal' | 'open'>;

export function keyKeeper(dir: string, keychain: Keychain | null): KeyKeeper {
  const what = "the key of this workshop's authority";
  return secretKeeper({ file: path.join(dir, 'ca.key'), what }, keychain);
}
