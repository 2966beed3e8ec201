/**
 * Where one secret of the workshop is kept: in the system's keychain when the desktop app can reach one, else in a file that only
 * this user may read. A secret that is in one of both stays there.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { writeDurably } from '../db/durable.ts';

export interface SecretKeeper {
  /** Keeps the secret for good, in place of the one before. @throws when it cannot */
  seal(text: string): Promise<void>;
  /** The secret, or `null` when none was ever kept; the error is a sentence. */
  open(): Promise<Result<string | null, string>>;
  /** Forgets it; nothing happens when there is none. */
  remove(): void;
}

/** The system's keychain. Both answer `null` when it says no. */
export interface Keychain {
  seal(text: string): Promise<string | null>;
  open(sealed: string): Promise<string | null>;
}

export interface Kept {
  /** Mode 0600; sealed by the keychain, `<file>.sealed`. */
  readonly file: string;
  /** What it is, for sentences: `the key of this workshop's authority`. */
  readonly what: string;
}

export function secretKeeper({ file, what }: Kept, keychain: Keychain | null): SecretKeeper {
  const sealed = `${file}.sealed`;
  return {
    async seal(secret) {
      const text = (await keychain?.seal(secret)) ?? null;
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const [place, other] = text === null ? [file, sealed] : [sealed, file];
      writeDurably(place, text ?? secret, 0o600);
      rmSync(other, { force: true });
    },
    async open() {
      const text = read(sealed, what);
      if (!text.ok || text.value === null) return text.ok ? read(file, what) : text;
      if (!keychain) {
        return fail(
          `${what} is in the keychain, which only the desktop app opens. Start the coordinator from there`,
        );
      }
      const secret = await keychain.open(text.value);
      if (secret !== null) return ok(secret);
      return fail(
        `the keychain does not open ${what}. Unlock it, as the user who set up the workshop, and try again`,
      );
    },
    remove() {
      for (const place of [file, sealed]) rmSync(place, { force: true });
    },
  };
}

function read(file: string, what: string): Result<string | null, string> {
  try {
    const text = readFileSync(file, 'utf8');
    chmodSync(file, 0o600);
    return ok(text);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null);
    const why = error instanceof Error ? error.message : String(error);
    return fail(`${what} cannot be read: ${why}`);
  }
}
