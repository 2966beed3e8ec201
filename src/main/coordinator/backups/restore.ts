/**
 * Brings a stopped workshop back to a moment: a backup, and the log of the present database from there on, as far as it
 * can be read. The new database is put together and checked beside the present one, which is kept under another name.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Backup } from '../../../shared/upkeep.ts';
import { asOneFile } from '../db/durable.ts';
import { lockDataFolder } from '../db/lock.ts';
import { openForReading } from '../db/open.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';
import { DATABASE_FILE, DRAFT_FILE, finishSwap, swapDatabase } from '../db/swap.ts';
import { workshopTable } from '../db/workshop.ts';
import { FIRST_HASH } from '../journal/chain.ts';
import { replay, type Replayed } from '../journal/replay.ts';
import { verifyCopy } from './create.ts';
import { openPresent, type Place, type Present } from './present.ts';
import { openBackupStore, sha256Of, type BackupStore } from './store.ts';

export interface RestoreOptions {
  readonly dir: string;
  /** The backup to start from; `undefined`: the newest that fits. */
  readonly name: string | undefined;
  /**
   * The moment, epoch ms: nothing later is kept. `undefined`: of a backup that is named, exactly what is in it; else all
   * that can be read.
   */
  readonly at: number | undefined;
  /** Wall clock, epoch ms. */
  readonly now: number;
  /** Lets others work: `setImmediate` as a promise. */
  readonly pause: () => Promise<unknown>;
  /** Told before each step. */
  readonly onStep: (step: string) => void;
}

export interface Restored {
  /** The backup it started from; `null`: the log alone. */
  readonly backup: string | null;
  /** The last event that was kept, and when that was (epoch ms; `null`: there is none). */
  readonly seq: number;
  readonly at: number | null;
  /** Tasks whose attempts ran at that moment, and were ended. */
  readonly lost: readonly TaskId[];
  /** What the database that stood there before is called now; `null`: there was none. */
  readonly aside: string | null;
  /** What could not be had, in words. */
  readonly notes: readonly string[];
}

/** The error is a text that says what to do. After it, everything is as it was. */
export async function restoreWorkshop(options: RestoreOptions): Promise<Result<Restored, string>> {
  const { dir } = options;
  if (!existsSync(dir)) return fail(`there is no data folder ${dir}; give one with --data`);
  const lock = lockDataFolder(dir);
  if (!lock.ok) {
    const advice = 'A workshop can only be restored while nobody works on it.';
    return fail(
      lock.error.kind === 'in_use' ? `${lock.error.message} ${advice}` : lock.error.message,
    );
  }
  try {
    const isExact = options.name !== undefined && options.at === undefined;
    const present = finishSwap(dir, () => openPresent(dir, isExact));
    if (!present.ok) return fail(present.error.message);
    try {
      return await restoreFrom(present.value, options);
    } finally {
      present.value.close();
    }
  } catch (error) {
    const problem = problemOf(error, path.join(dir, DATABASE_FILE));
    if (!problem) throw error;
    return fail(problem.message);
  } finally {
    lock.value.release();
  }
}

async function restoreFrom(
  present: Present,
  options: RestoreOptions,
): Promise<Result<Restored, string>> {
  const { dir, onStep } = options;
  const draft = path.join(dir, DRAFT_FILE);
  const notes: string[] = [];
  let isReady = false;
  try {
    const base = await chooseBase(present, options, notes);
    if (!base.ok) return base;
    const built = await build(base.value, present, options, notes);
    if (!built.ok) return fail(built.error.message);
    onStep('checking what was put together');
    const verified = await verifyCopy(draft, options.pause);
    if (!verified.ok) return fail(verified.error.message);
    present.close();
    const stamp = new Date(options.now).toISOString().slice(0, 19).replaceAll(':', '-');
    const aside = freeName(dir, `${DATABASE_FILE}.before-restore-${stamp}Z`);
    const had = existsSync(path.join(dir, DATABASE_FILE));
    isReady = true;
    swapDatabase(dir, aside, onStep);
    const { seq, at, lost } = built.value;
    return ok({ backup: base.value.backup, seq, at, lost, aside: had ? aside : null, notes });
  } finally {
    // Once the swap has begun, the draft is all there may be: whoever opens the folder next brings it to its end.
    for (const side of isReady ? [] : ['', '-wal', '-shm', '-journal'])
      rmSync(draft + side, { force: true });
  }
}

/** What the new database starts as. */
interface Base extends Place {
  readonly backup: string | null;
  /** The file to copy; `null`: begin with an empty one. */
  readonly file: string | null;
}

const EMPTY: Base = { backup: null, file: null, seq: 0, hash: FIRST_HASH };

async function chooseBase(
  present: Present,
  { dir, name, at = Number.POSITIVE_INFINITY, onStep }: RestoreOptions,
  notes: string[],
): Promise<Result<Base, string>> {
  const store = openBackupStore(dir);
  const all = store.list();
  const named = all.find((backup) => backup.name === name);
  if (name !== undefined && !named) {
    return fail(`there is no backup called ${name}: "koubou backup list" shows all`);
  }
  if (named && named.at > at) {
    return fail(`the backup ${named.name} is later than the time given: leave out its name`);
  }
  const restoredAt = named ? [] : present.restoredAt();
  const fitting = named ? [named] : all.filter((backup) => fits(backup, present, at, restoredAt));
  for (const backup of fitting) {
    onStep(`reading the backup ${backup.name}`);
    const sound = await isAsMade(backup, store);
    if (sound) return ok({ ...backup, backup: backup.name, file: store.fileOf(backup.name) });
    const what = `the backup ${backup.name} is damaged: its file is not what was written`;
    if (named) return fail(`${what}. Choose another one, or none: "koubou backup list" shows all`);
    notes.push(what);
  }
  if (present.has(EMPTY)) return ok(EMPTY);
  return fail(
    `there is nothing to restore from: no backup in ${store.dir} fits, and ${present.problem() ?? 'the log begins later'}`,
  );
}

/** Not of a history that a restore has ended since, before the moment that is wanted. */
function fits(backup: Backup, present: Present, at: number, restoredAt: number[]): boolean {
  if (backup.at > at) return false;
  return present.has(backup) || !restoredAt.some((when) => backup.at < when && when <= at);
}

async function isAsMade(backup: Backup, store: BackupStore): Promise<boolean> {
  const file = store.fileOf(backup.name);
  return existsSync(file) && (await sha256Of(file)) === backup.sha256;
}

async function build(
  base: Base,
  present: Present,
  { dir, name, at, now, pause, onStep }: RestoreOptions,
  notes: string[],
): Promise<Result<Replayed, StorageProblem>> {
  const draft = path.join(dir, DRAFT_FILE);
  if (base.file !== null) copyFileSync(base.file, draft);
  onStep('adding the log of the present database');
  await pause();
  const isExact = name !== undefined && at === undefined;
  const goesOn = present.has(base);
  if (!isExact && !goesOn) {
    const why = present.problem() ?? 'the present database has another history';
    notes.push(`nothing after the backup could be added: ${why}`);
  }
  const until = at ?? Number.POSITIVE_INFINITY;
  const numbers = numbersOf(base, present);
  if (!numbers.ok) return numbers;
  const replayed = replay({
    file: draft,
    rows: isExact || !goesOn ? [] : present.after(base, until),
    receipts: present.receipts,
    backup: base.backup,
    numbers: numbers.value,
    now,
  });
  if (!replayed.ok) return replayed;
  const problem = present.problem();
  const newer = isExact ? present.newerAfter(base.seq) : null;
  if (newer !== null && newer > 0)
    notes.push(`left out: the ${newer} events after it, which only the newer program can read`);
  if (!isExact && goesOn && problem !== null)
    notes.push(`what came after event ${replayed.value.seq} could not be read: ${problem}`);
  asOneFile(draft);
  return replayed;
}

function numbersOf(
  base: Base,
  present: Present,
): Result<ReturnType<Present['numbers']>, StorageProblem> {
  if (base.file === null) return ok(present.numbers({ lastTask: 0, lastFence: 0 }));
  const db = openForReading(base.file);
  if (!db.ok) return db;
  try {
    // This table alone: the others may be of an older schema, until the draft is brought forward.
    return ok(present.numbers(workshopTable(db.value).get().workshop));
  } finally {
    db.value.close();
  }
}

function freeName(dir: string, base: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!existsSync(path.join(dir, name))) return name;
  }
}
