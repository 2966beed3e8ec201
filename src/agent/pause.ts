/** Stops everything that an attempt runs where it stands, and lets it go on: the attempt of an agent without a coordinator. */
import { pause } from './clock.ts';
import { createFinder, type Finder, type TreeMark, type TreeOptions } from './find.ts';
import { signalProcess, type ProcessInfo, type ProcessKey } from './processes.ts';

export interface Paused {
  /** `unsupported`: on Windows nothing was stopped, there is no such thing for a tree of processes. */
  readonly how: 'frozen' | 'stopped' | 'unsupported';
  /** What could not be stopped; empty but for processes stuck in the kernel, which stop when they leave it. */
  readonly running: readonly number[];
  /** Lets go on what this stopped; what the program itself had stopped before stays so. */
  resume(): Promise<void>;
}

/** After this long, what still runs cannot be stopped. */
const STOP_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 5;

/** Stops all of it, parents before children, and answers when a look finds nothing that runs. */
export async function pauseTree(mark: TreeMark, options: TreeOptions): Promise<Paused> {
  if (process.platform === 'win32')
    return { how: 'unsupported', running: [], resume: async () => {} };
  const { clock, cgroup } = options;
  const frozen = (await cgroup?.freeze()) ?? false;
  const apart = new Set(frozen ? await cgroup?.processes() : []);
  const still = await standStill(createFinder(mark, options), clock, apart);
  return {
    how: frozen ? 'frozen' : 'stopped',
    running: still.running.map(({ pid }) => pid),
    async resume() {
      goOn(still.stopped);
      await cgroup?.thaw();
    },
  };
}

/** Lets everything of the mark go on that is stopped, whoever stopped it: for a caller that was restarted meanwhile. */
export async function resumeTree(mark: TreeMark, options: TreeOptions): Promise<void> {
  if (process.platform === 'win32') return;
  await options.cgroup?.thaw();
  const found = await createFinder(mark, options).find();
  goOn(found.filter(({ stopped }) => stopped));
}

export interface Still {
  /** What this stopped, parents before children. */
  readonly stopped: readonly ProcessKey[];
  readonly running: readonly ProcessInfo[];
  /** All that belongs to it, stopped or not. */
  readonly found: readonly ProcessInfo[];
}

/**
 * SIGSTOP until a look finds nothing that runs: what is stopped starts nothing new, so also a storm of forks comes to rest.
 * @param apart pids that are held in another way
 */
export async function standStill(
  finder: Finder,
  clock: TreeOptions['clock'],
  apart: ReadonlySet<number> = new Set(),
): Promise<Still> {
  const until = clock.monotonic() + STOP_WITHIN_MS;
  const look = async (): Promise<ProcessInfo[]> =>
    (await finder.find()).filter(({ pid }) => !apart.has(pid));
  let found = await look();
  const before = new Map(found.filter(({ stopped }) => stopped).map((info) => [info.pid, info]));
  const asked = new Map<number, number>();
  const runs = ({ pid, started, stopped, inKernel }: ProcessInfo): boolean =>
    // One in the kernel that was asked stops before it runs on.
    !stopped && !(inKernel && asked.get(pid) === started);
  // Another user's (sudo), say: the others must not wait for it.
  const beyond = new Map<number, number>();
  const within = (info: ProcessInfo): boolean =>
    runs(info) && beyond.get(info.pid) !== info.started;
  let running = found.filter(within);
  for (let round = 0; running.length > 0 && clock.monotonic() < until; round += 1) {
    // In order first, so that a shell does not see its job stop; groups at once when that did not do.
    if (round > 0) for (const group of wholeGroups(found, finder)) signalGroup(group, 'SIGSTOP');
    for (const info of running)
      (signalProcess(info, 'SIGSTOP') ? asked : beyond).set(info.pid, info.started);
    await pause(clock, LOOK_EVERY_MS);
    found = await look();
    running = found.filter(within);
  }
  const stopped = found.filter(({ pid, started }) => before.get(pid)?.started !== started);
  return { stopped, running: found.filter(runs), found };
}

/** Groups that are its own (`members.ts`, never ours): a signal to them reaches also who is born right now. */
export function wholeGroups(found: readonly ProcessInfo[], { traces }: Finder): number[] {
  const groups = new Set(found.map(({ group }) => group));
  return [...groups].filter((group) => traces.leaders.has(group));
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // All of it ended by itself.
  }
}

/** Children before parents, so that a shell that waits for a job finds it running, not stopped. */
function goOn(stopped: readonly ProcessKey[]): void {
  for (const key of stopped.toReversed()) signalProcess(key, 'SIGCONT');
}
