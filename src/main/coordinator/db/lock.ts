/**
 * One writer per data folder. The lock is an exclusive transaction on `lock.db`, held for the life of the process: the
 * operating system ends it whatever ends the process, so there is never a stale one. `serve.json` beside it says who holds
 * it and where its API is; it is only a note, never a proof.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { SERVE_FILE, ServeInfo } from '../../../shared/data-dir.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { problemOf, type StorageProblem } from './problem.ts';
import { openSqlite } from './sqlite.ts';

export interface DataLock {
  /** Writes `serve.json`. */
  announce(serving: ServeInfo): void;
  /** Removes `serve.json` and lets the next one in. */
  release(): void;
}

/** Takes the lock of `dir`, making the folder if there is none. Never waits. */
export function lockDataFolder(dir: string): Result<DataLock, StorageProblem> {
  const file = path.join(dir, 'lock.db');
  const note = path.join(dir, SERVE_FILE);
  let db: Database.Database | undefined;
  try {
    // Recordings and tokens lie here: for nobody else on this machine.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    db = openSqlite(file, { timeout: 0 });
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
    chmodSync(file, 0o600);
    // Left behind by one that was killed.
    rmSync(note, { force: true });
  } catch (error) {
    db?.close();
    const problem = problemOf(error, file);
    if (!problem) throw error;
    return fail(problem.kind === 'in_use' ? heldBy(dir, note) : problem);
  }
  const held = db;
  return ok({
    announce(serving) {
      const draft = `${note}.tmp`;
      writeFileSync(draft, `${JSON.stringify(serving, null, 2)}\n`, { mode: 0o600 });
      renameSync(draft, note);
    },
    release() {
      rmSync(note, { force: true });
      held.close();
    },
  });
}

function heldBy(dir: string, note: string): StorageProblem {
  const serving = readServing(note);
  const who = serving
    ? `process ${serving.pid} since ${new Date(serving.startedAt).toISOString()}, at ${serving.url}`
    : 'a process that has not said yet where it answers';
  const message = `Another Koubou works on ${dir}: ${who}. Use that one, end it first, or give another data folder.`;
  return { kind: 'in_use', path: dir, message };
}

/** Who serves the folder by its own note; `undefined` when there is none that can be read. */
function readServing(note: string): ServeInfo | undefined {
  try {
    return ServeInfo.safeParse(JSON.parse(readFileSync(note, 'utf8'))).data;
  } catch {
    // Missing, or being replaced at this moment: the lock alone says that somebody is there.
    return undefined;
  }
}
