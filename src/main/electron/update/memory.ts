/**
 * What updating remembers between starts, in `update/update.json` of the app's folder. What cannot be read counts as
 * nothing: then a feed may be believed that is older than the newest one seen, but never an older version.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { VERSION } from './versions.ts';

const version = z.string().check(z.regex(VERSION));

const Memory = z.object({
  /** Random, made once, sent nowhere. */
  installation: z.string(),
  /** When the newest feed of each channel was released that was believed. */
  seen: z.object({ stable: z.optional(z.string()), beta: z.optional(z.string()) }),
  /** The version that was gone back from. */
  left: z.optional(version),
  /** The version that was replaced by this one, to which the way back leads. */
  from: z.optional(version),
  /** A version that was just installed, and how often its coordinator did not come up. */
  trial: z.optional(z.object({ version, failed: z.int() })),
  /** The backup that the next start restores before anything else. */
  restore: z.optional(z.string()),
});
export type Memory = z.infer<typeof Memory>;

export interface MemoryFile {
  get(): Memory;
  /** Only what is named changes; `undefined` removes it. */
  set(change: { readonly [K in keyof Memory]?: Memory[K] | undefined }): void;
}

/** @param dir made when it is not there */
export function openMemory(dir: string): MemoryFile {
  const file = path.join(dir, 'update.json');
  let memory = read(file);
  return {
    get: () => memory,
    set(change) {
      memory = Memory.parse({ ...memory, ...change });
      try {
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        writeFileSync(`${file}.new`, JSON.stringify(memory), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (error) {
        process.stderr.write(`koubou: ${file} was not written: ${String(error)}\n`);
      }
    },
  };
}

function read(file: string): Memory {
  try {
    return Memory.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The first start, or a file that was cut.
    return { installation: randomUUID(), seen: {} };
  }
}
