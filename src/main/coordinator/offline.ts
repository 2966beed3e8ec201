/** What the command line does to the data folder of a stopped coordinator by itself: restore it, and check its log. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fail, type Result } from '../../shared/result.ts';
import type { Backup } from '../../shared/upkeep.ts';
import { verifyCopy } from './backups/create.ts';
import { restoreWorkshop, type Restored } from './backups/restore.ts';
import { openBackupStore } from './backups/store.ts';
import { lockDataFolder } from './db/lock.ts';
import type { StorageProblem } from './db/problem.ts';
import { DATABASE_FILE, finishSwap, hasDatabase } from './db/swap.ts';
import type { Verified } from './journal/verify.ts';
import { systemClock } from './system-clock.ts';

/** The error is a text for the user. */
export async function restore(
  dir: string,
  { name, at, onStep }: { name?: string; at?: number; onStep: (step: string) => void },
): Promise<Result<Restored, string>> {
  return await restoreWorkshop({ dir, name, at, now: systemClock.now(), pause: nextTurn, onStep });
}

/** Every page, the hash chain, and every row against the log. */
export async function verifyFolder(
  dir: string,
  onProgress: (checked: number, total: number) => void,
): Promise<Result<Verified, StorageProblem>> {
  const file = path.join(dir, DATABASE_FILE);
  if (!hasDatabase(dir)) {
    const message = `there is no workshop in ${dir}; give its data folder with --data`;
    return fail({ kind: 'unusable', path: file, message });
  }
  const lock = lockDataFolder(dir);
  if (!lock.ok) return lock;
  try {
    const found = finishSwap(dir, () => ({ ok: true, value: file }));
    return found.ok ? await verifyCopy(file, nextTurn, onProgress) : found;
  } finally {
    lock.value.release();
  }
}

/** Newest first. */
export function listBackups(dir: string): Backup[] {
  return openBackupStore(dir).list();
}
