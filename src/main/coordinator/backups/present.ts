/**
 * The database that is to be replaced, read as far as it can be read: the events after a backup, and the numbers that were
 * given out. It may be damaged anywhere; what does not follow from the hash chain is not taken.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { attemptIdOf, taskIdOf } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { EventRow } from '../db/events.ts';
import { readNewer } from '../db/newer.ts';
import { openForReading } from '../db/open.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';
import type { ReceiptRow } from '../db/receipts.ts';
import { DATABASE_FILE } from '../db/swap.ts';
import { openTables, type Tables } from '../db/tables.ts';
import { FIRST_HASH } from '../journal/chain.ts';
import { isLinked } from '../journal/check.ts';
import type { Numbers } from '../journal/replay.ts';

const PAGE = 1_000;
/** Where the numbers cannot be read any more, so many are left out: no workshop gives out as many between two backups. */
const UNKNOWN = { tasks: 100_000, fences: 1_000_000, attempts: 100 } as const;

/** The place of an event in a log. */
export interface Place {
  readonly seq: number;
  readonly hash: string;
}

export interface Present {
  /** What is wrong with it, as far as it was read; `null`: nothing so far. */
  problem(): string | null;
  /** True when its log has exactly this event, so that it goes on from there. */
  has(place: Place): boolean;
  /** The events after `place`, which it has, up to the first one later than `until` (epoch ms). */
  after(place: Place, until: number): Iterable<EventRow>;
  receipts(after: number, upTo: number): readonly ReceiptRow[];
  /** When the workshop was restored before, epoch ms. */
  restoredAt(): number[];
  /** Of the log of a newer program, which cannot be gone on with: what came after an event. `null`: of ours. */
  newerAfter(seq: number): number | null;
  /** The highest numbers given out, by all that can be known. @param base what the backup knows */
  numbers(base: Pick<Numbers, 'lastTask' | 'lastFence'>): Numbers;
  close(): void;
}

/**
 * The problem: the file is of a newer program, or in use. All others are only noted.
 * @param overNewer that of a newer program is to be replaced by exactly what is in a backup
 */
export function openPresent(dir: string, overNewer = false): Result<Present, StorageProblem> {
  const file = path.join(dir, DATABASE_FILE);
  const folders = attemptFolders(dir);
  if (!existsSync(file)) return ok(buildPresent(undefined, `there is no ${file}`, folders, file));
  const db = openForReading(file);
  if (!db.ok) {
    const { kind, message } = db.error;
    if (kind === 'newer_schema' && overNewer) return ok(buildNewer(message, folders, file));
    if (kind === 'newer_schema' || kind === 'in_use') return db;
    return ok(buildPresent(undefined, message, folders, file));
  }
  try {
    const tables = openTables(db.value);
    const close = (): void => void db.value.close();
    return ok({ ...buildPresent(tables, null, folders, file), close });
  } catch (error) {
    db.value.close();
    const problem = problemOf(error, file);
    if (!problem) throw error;
    return problem.kind === 'in_use'
      ? fail(problem)
      : ok(buildPresent(undefined, problem.message, folders, file));
  }
}

function buildPresent(
  tables: Tables | undefined,
  opening: string | null,
  folders: ReadonlyMap<number, number>,
  file: string,
): Present {
  let problem = opening;

  /** What a read answers, or `otherwise` where the file is damaged. */
  function tried<T>(otherwise: T, read: (from: Tables) => T): T {
    if (!tables) return otherwise;
    try {
      return read(tables);
    } catch (error) {
      const met = problemOf(error, file);
      if (!met) throw error;
      problem ??= met.message;
      return otherwise;
    }
  }

  function* linkedAfter({ seq, hash }: Place): Iterable<EventRow> {
    let [at, previous] = [seq, hash];
    for (;;) {
      const rows = tried<EventRow[]>([], ({ events }) => events.rowsAfter(at, PAGE));
      for (const row of rows) {
        if (row.seq !== at + 1 || !isLinked(row, previous)) {
          problem ??= `${file} is damaged: event ${at + 1} is missing, or is not what was written`;
          return;
        }
        yield row;
        [at, previous] = [row.seq, row.hash];
      }
      if (rows.length === 0) return;
    }
  }

  return {
    problem: () => problem,
    has: ({ seq, hash }) =>
      seq === 0
        ? tables !== undefined && hash === FIRST_HASH
        : tried(false, ({ events }) => events.rowsAfter(seq - 1, 1)[0]?.hash === hash),
    *after(place, until) {
      for (const row of linkedAfter(place)) {
        if (row.at > until) return;
        yield row;
      }
    },
    receipts: (after, upTo) => tried([], ({ receipts }) => receipts.between(after, upTo)),
    restoredAt: () =>
      [...linkedAfter({ seq: 0, hash: FIRST_HASH })]
        .filter(({ type }) => type === 'workshop.restored')
        .map(({ at }) => at),
    newerAfter: () => null,
    numbers: (base) => numbersFrom(base, folders, tried),
    close: () => {},
  };
}

/** Of the data of a newer program no more is read than what must not be given out twice. */
function buildNewer(message: string, folders: ReadonlyMap<number, number>, file: string): Present {
  const present = buildPresent(undefined, message, folders, file);
  const newer = readNewer(file);
  if (!newer) return present;
  const { attempts, eventsAfter } = newer;
  return {
    ...present,
    newerAfter: eventsAfter,
    numbers: (base) => ({
      lastTask: Math.max(base.lastTask, newer.lastTask, ...folders.keys()),
      lastFence: Math.max(base.lastFence, newer.lastFence),
      attemptsOf: (number) => Math.max(attempts.get(number) ?? 0, folders.get(number) ?? 0),
    }),
  };
}

/** Reads, or answers the first argument where the file is damaged. */
type Tried = <T>(otherwise: T, read: (from: Tables) => T) => T;

function numbersFrom(
  base: Pick<Numbers, 'lastTask' | 'lastFence'>,
  folders: ReadonlyMap<number, number>,
  tried: Tried,
): Numbers {
  const known = tried(undefined, ({ workshop }) => workshop.get().workshop);
  const lastTask = Math.max(base.lastTask, known?.lastTask ?? 0, ...folders.keys());
  const lastFence = Math.max(base.lastFence, known?.lastFence ?? 0);
  return {
    lastTask: lastTask + (known ? 0 : UNKNOWN.tasks),
    lastFence: lastFence + (known ? 0 : UNKNOWN.fences),
    attemptsOf(number) {
      const folder = folders.get(number) ?? 0;
      const task = tried(null, ({ tasks }) => tasks.get(number) ?? undefined);
      if (known && task !== null) return Math.max(folder, task?.attempts ?? 0);
      return folder + UNKNOWN.attempts;
    },
  };
}

/** Tasks that ever had a recording, with the number of their newest attempt. */
function attemptFolders(dir: string): Map<number, number> {
  const root = path.join(dir, 'attempts');
  const found = new Map<number, number>();
  for (const folder of namesIn(root)) {
    const task = Number(/^task-(\d{1,9})$/.exec(folder)?.[1]);
    if (!(task > 0)) continue;
    const ordinals = namesIn(path.join(root, folder)).map((name) => {
      const ordinal = Number(name.slice(name.indexOf('.') + 1));
      return name === attemptIdOf(taskIdOf(task), ordinal) ? ordinal : 0;
    });
    found.set(task, Math.max(0, ...ordinals));
  }
  return found;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
