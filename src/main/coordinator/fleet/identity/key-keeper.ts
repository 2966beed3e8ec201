/**
 * Where the authority's key is kept: in the system's keychain when the desktop app can reach one, else in a file that only this
 * user may read. A key that is in one of both stays there.
 */
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { writeDurably } from './files.ts';

export interface KeyKeeper {
  /** Keeps the key (PEM) for good. @throws when it cannot */
  seal(pem: string): Promise<void>;
  /** The key, or `null` when none was ever kept; the error is a sentence. */
  open(): Promise<Result<string | null, string>>;
}

/** The system's keychain. Both answer `null` when it says no. */
export interface Keychain {
  seal(text: string): Promise<string | null>;
  open(sealed: string): Promise<string | null>;
}

/** Keeps it in `<dir>/ca.key`, mode 0600, or, sealed by the keychain, in `<dir>/ca.key.sealed`. */
export function keyKeeper(dir: string, keychain: Keychain | null): KeyKeeper {
  const [plain, sealed] = [path.join(dir, 'ca.key'), path.join(dir, 'ca.key.sealed')];
  return {
    async seal(pem) {
      const text = (await keychain?.seal(pem)) ?? null;
      if (text === null) writeDurably(plain, pem, 0o600);
      else writeDurably(sealed, text, 0o600);
    },
    async open() {
      const text = read(sealed);
      if (!text.ok || text.value === null) return text.ok ? read(plain) : text;
      if (!keychain) {
        return fail(
          "the key of this workshop's authority is in the keychain, which only the desktop app opens. Start the coordinator from there",
        );
      }
      const pem = await keychain.open(text.value);
      if (pem !== null) return ok(pem);
      return fail(
        "the keychain does not open the key of this workshop's authority. Unlock it, as the user who set up the workshop, and try again",
      );
    },
  };
}

function read(file: string): Result<string | null, string> {
  try {
    const text = readFileSync(file, 'utf8');
    chmodSync(file, 0o600);
    return ok(text);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null);
    const why = error instanceof Error ? error.message : String(error);
    return fail(`the key of this workshop's authority cannot be read: ${why}`);
  }
}
