/** A list of accounts in a file that holds no secret. One that is damaged is put aside, never written over. */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../db/durable.ts';

export interface AccountList<T> {
  /** All accounts; of a damaged file none, and `damage` says where it is kept and what to do. @throws when the disk fails */
  read(): { accounts: T[]; damage: string | null };
  /** @throws when the disk fails */
  write(accounts: readonly T[]): void;
}

export interface AccountListOptions<T> {
  readonly file: string;
  readonly account: z.ZodType<T>;
  /** The name under which a damaged one is kept. */
  readonly aside: () => string;
  /** A sentence for people. */
  readonly damage: (aside: string) => string;
}

export function accountList<T>(options: AccountListOptions<T>): AccountList<T> {
  const { file } = options;
  const File = z.object({ version: z.literal(1), accounts: z.array(options.account) });
  return {
    read() {
      const text = textOf(file);
      if (text === null) return { accounts: [], damage: null };
      try {
        return { accounts: File.parse(JSON.parse(text)).accounts, damage: null };
      } catch {
        // Whatever is wrong in it, it stays for a person to look at.
        const aside = options.aside();
        renameSync(file, aside);
        return { accounts: [], damage: options.damage(aside) };
      }
    },
    write(accounts) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeDurably(file, `${JSON.stringify({ version: 1, accounts }, null, 2)}\n`, 0o600);
    },
  };
}

/** `null`: there is none yet. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
