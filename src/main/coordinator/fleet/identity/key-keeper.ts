/** Where the authority's key is kept: a port, and the keeper that every system has, a file that only this user may read. */
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

/** Keeps it in `<dir>/ca.key`, mode 0600. */
export function fileKeeper(dir: string): KeyKeeper {
  const file = path.join(dir, 'ca.key');
  return {
    async seal(pem) {
      writeDurably(file, pem, 0o600);
    },
    async open() {
      try {
        const pem = readFileSync(file, 'utf8');
        chmodSync(file, 0o600);
        return ok(pem);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null);
        const why = error instanceof Error ? error.message : String(error);
        return fail(`the key of this workshop's authority cannot be read: ${why}`);
      }
    },
  };
}
