/** Backups of a running coordinator: by command, and by themselves every few hours when something changed. */
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { fail, type Result } from '../../../shared/result.ts';
import type { Backup } from '../../../shared/upkeep.ts';
import type { Db } from '../db/open.ts';
import type { Journal } from '../journal/port.ts';
import { refusalOf } from '../journal/refusal.ts';
import { createBackup } from './create.ts';
import type { Backups } from './port.ts';
import { openBackupStore } from './store.ts';

/** How often it is looked whether one is due; by the wall clock, as a PC may sleep for most of a day. */
const LOOK_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

export interface KeeperOptions {
  readonly journal: Pick<Journal, 'seq'> & { readonly db: Db };
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of this program. */
  readonly version: string;
  /** Asked each time: it may be changed while we run. */
  readonly schedule: () => { readonly every: number; readonly keep: number };
  /** Lets others work: `setImmediate` as a promise. */
  readonly pause: () => Promise<unknown>;
}

export interface BackupKeeper extends Backups {
  /** Waits for the one that is being made. */
  close(): Promise<void>;
}

export function startBackups(options: KeeperOptions): BackupKeeper {
  const { journal, clock, log, schedule } = options;
  const store = openBackupStore(options.dataDir);
  let running: Promise<Result<Backup>> | null = null;
  let next: Promise<Result<Backup>> | null = null;
  let problem: string | null = null;
  let cancelLook = clock.after(LOOK_MS, look);

  async function make(): Promise<Result<Backup>> {
    const now = clock.now.bind(clock);
    const made = await createBackup({ ...options, store, database: journal.db.name, now });
    problem = made.ok ? null : `the backup could not be made: ${made.error.message}`;
    if (!made.ok) return fail({ ...refusalOf(made.error), message: problem ?? '' });
    store.prune(schedule().keep);
    return made;
  }

  function create(): Promise<Result<Backup>> {
    // One that is being made may lack what was committed since: all who ask meanwhile share the one after it.
    if (running) return (next ??= running.then(start, start));
    return start();
  }

  function start(): Promise<Result<Backup>> {
    next = null;
    running = make().finally(() => {
      running = null;
    });
    return running;
  }

  function look(): void {
    cancelLook = clock.after(LOOK_MS, look);
    if (!isDue()) return;
    create().then(
      (made) => {
        if (made.ok) log.info({ backup: made.value.name }, 'backup made');
        else log.error(made.error.message);
      },
      (error: unknown) => log.error({ err: error }, 'the backup broke off'),
    );
  }

  function isDue(): boolean {
    const { every } = schedule();
    if (every === 0 || running || journal.seq() === 0) return false;
    const [newest] = store.list();
    if (!newest) return true;
    const age = clock.now() - newest.at;
    // One from the future was made before the clock was set back.
    return newest.seq !== journal.seq() && (age < 0 || age >= every * HOUR_MS);
  }

  return {
    create,
    list: () => ({
      backups: store.list(),
      dir: store.dir,
      everyHours: schedule().every,
      keep: schedule().keep,
      problem,
    }),
    async close() {
      cancelLook();
      await (next ?? running);
    },
  };
}
