/**
 * Ends everything that an attempt started, wherever it went. What belongs to it is found by its control group, the mark
 * in its environment, groups, sessions, descendants, what was seen of it while it ran, and where it stands (`find.ts`).
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '../shared/clock.ts';
import { pause } from './clock.ts';
import { createFinder, type Finder, type TreeMark, type TreeOptions } from './find.ts';
import { signalGroup, standStill, wholeGroups } from './pause.ts';
import { isAlive, signalProcess, type ProcessInfo } from './processes.ts';

/** How long processes have to tidy up after SIGTERM. */
export const KILL_GRACE_MS = 1_500;
/** After this long of SIGKILL, what is left cannot be killed (a dead network disk, say). */
const GIVE_UP_MS = 5_000;
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 80;

export interface KillOptions extends TreeOptions {
  /** 0 asks nobody and kills at once. */
  readonly graceMs?: number;
}

/**
 * SIGTERM, then SIGKILL after the grace, until a scan finds nothing; done as soon as that is so. What is stopped is
 * continued to hear the SIGTERM. On Windows there is no asking: each tree of `groups` is killed at once.
 * @param mark of the attempt, or of a whole agent folder (`attemptId` left out)
 * @returns the pids that could not be ended; empty but for processes stuck in the kernel
 */
export async function endTree(mark: TreeMark, options: KillOptions): Promise<number[]> {
  if (process.platform === 'win32') return await endOnWindows(options);
  const { clock, cgroup, graceMs = KILL_GRACE_MS } = options;
  const finder = createFinder(mark, options);
  if (graceMs > 0 && (await endsWhenAsked(finder, options, graceMs))) return [];
  await cgroup?.kill();
  return await killAll(finder, clock);
}

async function endsWhenAsked(
  finder: Finder,
  { clock, cgroup }: KillOptions,
  graceMs: number,
): Promise<boolean> {
  await cgroup?.thaw();
  const asked = new Map<number, number>();
  const until = clock.monotonic() + graceMs;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(2 * wait, LONGEST_LOOK_MS)) {
    const found = await finder.find();
    if (found.length === 0) return true;
    const left = until - clock.monotonic();
    if (left <= 0) return false;
    for (const info of found) {
      // Each once, also those that were started since the last look: a handler may be at work.
      if (asked.get(info.pid) !== info.started && signalProcess(info, 'SIGTERM'))
        asked.set(info.pid, info.started);
      if (info.stopped) signalProcess(info, 'SIGCONT');
    }
    await pause(clock, Math.min(wait, left));
  }
}

async function killAll(finder: Finder, clock: Clock): Promise<number[]> {
  const until = clock.monotonic() + GIVE_UP_MS;
  let wait = FIRST_LOOK_MS;
  for (;;) {
    // All stand still before the first dies: an orphan that cleared its environment could not be told apart any more.
    const { found } = await standStill(finder, clock);
    if (found.length === 0) return [];
    if (clock.monotonic() >= until) return found.map(({ pid }) => pid);
    killFound(found, finder);
    await pause(clock, wait);
    wait = Math.min(2 * wait, LONGEST_LOOK_MS);
  }
}

function killFound(found: readonly ProcessInfo[], finder: Finder): void {
  for (const group of wholeGroups(found, finder)) signalGroup(group, 'SIGKILL');
  for (const info of found) signalProcess(info, 'SIGKILL');
}

async function endOnWindows({ groups = [], tracker }: KillOptions): Promise<number[]> {
  const pids = [...new Set([...groups, ...(tracker?.traces.leaders.keys() ?? [])])];
  for (const pid of pids) {
    try {
      await promisify(execFile)('taskkill', ['/T', '/F', '/PID', String(pid)]);
    } catch {
      // It ended by itself, or what is left of it is answered below.
    }
  }
  return pids.filter((pid) => isAlive({ pid, started: 0 }));
}
