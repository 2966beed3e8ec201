/**
 * Keeps the agent's folder small: what was not used for days is removed, and more of it, oldest first, when the disk
 * gets full. What is in use is never touched; what holds work that is not safe is refused, and said so once.
 */
import type { Clock } from '../shared/clock.ts';
import { freeBytes, messageOf } from './failure.ts';
import type { Kept } from './pool.ts';
import type { Workspaces } from './workspace.ts';

export interface CleanupOptions {
  /** The agent's folder. */
  readonly dir: string;
  readonly workspaces: Pick<Workspaces, 'kept' | 'review' | 'removeUnused' | 'maintain'>;
  readonly clock: Clock;
  /** What was not used for so many days is removed. */
  readonly keepDays: number;
  /** While less is free, what is unused is removed whatever its age. */
  readonly minFreeBytes: number;
  readonly log: (message: string) => void;
  /** Told once of each tree that is not removed because its work is not safe. */
  readonly onRefused: (kept: Kept) => void;
}

export interface Cleaned {
  /** Paths that were removed. */
  readonly removed: readonly string[];
  /** What is kept, with why. */
  readonly refused: readonly Kept[];
}

export interface Cleanup {
  /** Cleans now (after a cleaning that is under way). */
  run(): Promise<Cleaned>;
  /** Resolves when no cleaning is under way, and none will be. */
  close(): Promise<void>;
}

const EVERY_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** Cleans at once, and again from time to time. */
export function startCleanup(options: CleanupOptions): Cleanup {
  const { clock, log } = options;
  const told = new Set<string>();
  let cancel = (): void => {};
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  function run(): Promise<Cleaned> {
    const mine = last.then(async () => await clean(options, told));
    // Who asked is told of a failure; the next cleaning comes all the same.
    last = mine.catch(() => {});
    return mine;
  }

  function beat(): void {
    void run()
      .catch((error: unknown) =>
        log(`the agent's folder could not be cleaned: ${messageOf(error)}`),
      )
      .then(() => {
        if (!isClosed) cancel = clock.after(EVERY_MS, beat);
      });
  }

  beat();
  return {
    run,
    async close() {
      isClosed = true;
      cancel();
      await last;
    },
  };
}

async function clean(options: CleanupOptions, told: Set<string>): Promise<Cleaned> {
  const { dir, workspaces, clock, keepDays, minFreeBytes, log, onRefused } = options;
  const removed: string[] = [];
  const now = clock.now();
  const remove = async (before: number, why: string): Promise<boolean> => {
    const gone = await workspaces.removeUnused(before);
    if (gone === null) return false;
    log(`removed ${gone}: ${why}`);
    removed.push(gone);
    return true;
  };
  await workspaces.review();
  while (await remove(now - keepDays * DAY_MS, `not used for ${keepDays} days`));
  while ((await freeBytes(dir)) < minFreeBytes && (await remove(Infinity, 'the disk gets full')));
  await workspaces.maintain();
  const refused = workspaces.kept();
  for (const kept of refused) {
    if (told.has(kept.path)) continue;
    told.add(kept.path);
    log(`${kept.path} of ${kept.attemptId} is not removed: ${kept.why}`);
    onRefused(kept);
  }
  return { removed, refused };
}
