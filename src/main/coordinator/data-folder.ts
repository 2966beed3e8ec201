/** The secrets of a data folder: made at the first start, kept for ever, readable by this user only. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TOKEN_FILE } from '../../shared/data-dir.ts';
import { writeDurably } from './db/durable.ts';

export interface DataSecrets {
  /** The token of people and the command line. */
  readonly token: string;
  /** Key of agents' and attempts' tokens: 64 hex digits. */
  readonly secret: string;
}

/** Call it with the lock of the folder held. @throws when a file cannot be read or written */
export function readSecrets(dir: string): DataSecrets {
  return {
    token: readOrMake(path.join(dir, TOKEN_FILE), /^[\x21-\x7e]{16,}$/, () =>
      randomBytes(32).toString('base64url'),
    ),
    secret: readOrMake(path.join(dir, 'secret'), /^[0-9a-f]{64}$/, () =>
      randomBytes(32).toString('hex'),
    ),
  };
}

function readOrMake(file: string, form: RegExp, make: () => string): string {
  const kept = read(file);
  if (kept !== undefined && form.test(kept)) {
    chmodSync(file, 0o600);
    return kept;
  }
  const made = make();
  // Every agent depends on it for ever.
  writeDurably(file, `${made}\n`, 0o600);
  return made;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
