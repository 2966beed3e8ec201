/** Makes one backup: copy, check by opening, manifest, and only then its name. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Backup } from '../../../shared/upkeep.ts';
import { checkPagesApart, copyApart } from '../db/apart.ts';
import { syncPath } from '../db/durable.ts';
import { SCHEMA_VERSION } from '../db/migrate.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';
import { verifyJournal, type Verified } from '../journal/verify.ts';
import { MANIFEST_FILE, sha256Of, type BackupStore } from './store.ts';

export interface CreateDeps {
  readonly store: BackupStore;
  /** The file to copy. */
  readonly database: string;
  /** Wall clock, epoch ms. */
  readonly now: () => number;
  /** Of this program. */
  readonly version: string;
  /** Lets others work: `setImmediate` as a promise. */
  readonly pause: () => Promise<unknown>;
}

/** Leaves a whole backup, or nothing. */
export async function createBackup(deps: CreateDeps): Promise<Result<Backup, StorageProblem>> {
  const { store, now } = deps;
  const at = now();
  const name = store.freeName(at);
  const draft = path.join(store.dir, `${name}.tmp`);
  try {
    store.tidy();
    mkdirSync(draft, { mode: 0o700 });
    const made = await fill(draft, { name, at }, deps);
    if (!made.ok) return made;
    renameSync(draft, path.join(store.dir, name));
    syncPath(store.dir);
    return made;
  } catch (error) {
    const problem = problemOf(error, path.join(draft, 'koubou.db'));
    if (!problem) throw error;
    return fail(problem);
  } finally {
    // After a success there is none of this name any more.
    rmSync(draft, { recursive: true, force: true });
  }
}

async function fill(
  draft: string,
  { name, at }: Pick<Backup, 'name' | 'at'>,
  { database, version, pause }: CreateDeps,
): Promise<Result<Backup, StorageProblem>> {
  const file = path.join(draft, 'koubou.db');
  const copied = await copyApart(database, file);
  if (!copied.ok) return copied;
  const verified = await verifyCopy(file, pause);
  if (!verified.ok) return verified;
  const { events: seq, hash } = verified.value;
  const size = statSync(file).size;
  const sha256 = await sha256Of(file);
  const backup = { name, at, seq, hash, size, sha256, schema: SCHEMA_VERSION, version };
  const manifest = path.join(draft, MANIFEST_FILE);
  writeFileSync(manifest, `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 });
  syncPath(manifest);
  syncPath(draft);
  return ok(backup);
}

/** Opens a database file and checks it: every page and index, the hash chain, and every row against the log. */
export async function verifyCopy(
  file: string,
  pause: () => Promise<unknown>,
  onProgress?: (checked: number, total: number) => void,
): Promise<Result<Verified, StorageProblem>> {
  const pages = await checkPagesApart(file);
  return pages.ok ? await verifyJournal(file, pause, onProgress) : pages;
}
