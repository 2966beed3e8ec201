/**
 * Ends everything that an attempt started, wherever it went: process groups, descendants, and (on Linux) every process
 * that carries the attempt's mark in its environment, so that daemons and tools in sessions of their own go too.
 */
import type { Clock } from '../shared/clock.ts';
import { pause } from './clock.ts';
import { markVariables, type Mark } from './environment.ts';
import { listProcesses, type ProcessInfo } from './processes.ts';

/** How long processes have to tidy up after SIGTERM. */
export const KILL_GRACE_MS = 1_500;
/** After this long of SIGKILL, what is left cannot be killed (a dead network disk, say). */
const GIVE_UP_MS = 5_000;
const LOOK_EVERY_MS = 20;

export interface KillOptions {
  readonly clock: Clock;
  readonly graceMs?: number;
  /** Leaders of process groups that are known to belong to it. */
  readonly groups?: readonly number[];
}

/**
 * SIGTERM, then SIGKILL after the grace, until a scan finds nothing.
 * @param mark of the attempt, or of a whole agent folder (`attemptId` left out)
 * @returns the pids that could not be ended; empty but for processes stuck in the kernel
 */
export async function endTree(
  mark: Pick<Mark, 'dir'> & Partial<Mark>,
  options: KillOptions,
): Promise<number[]> {
  const { clock, groups = [], graceMs = KILL_GRACE_MS } = options;
  const known = new Set<number>(groups);
  const asked = new Set<number>();
  let found = await scan(mark, known);
  const termUntil = clock.monotonic() + graceMs;
  while (found.length > 0 && clock.monotonic() < termUntil) {
    // Also those that were started since the last look, each once: a handler may be at work.
    signalAll(
      found.filter(({ pid }) => !asked.has(pid)),
      'SIGTERM',
    );
    for (const { pid } of found) asked.add(pid);
    await pause(clock, LOOK_EVERY_MS);
    found = await scan(mark, known);
  }
  const killUntil = clock.monotonic() + GIVE_UP_MS;
  while (found.length > 0 && clock.monotonic() < killUntil) {
    signalAll(found, 'SIGKILL');
    await pause(clock, LOOK_EVERY_MS);
    found = await scan(mark, known);
  }
  return found.map(({ pid }) => pid);
}

/** What belongs to the mark or to `known`, which grows by what was found: children of the dead stay findable. */
async function scan(
  mark: Pick<Mark, 'dir'> & Partial<Mark>,
  known: Set<number>,
): Promise<ProcessInfo[]> {
  const all = await listProcesses();
  const groups = new Set(known);
  const mine = new Set<ProcessInfo>(
    all.filter((info) => groups.has(info.group) || carries(info, mark)),
  );
  const pids = new Set([...mine].map(({ pid }) => pid));
  for (let grew = true; grew;) {
    grew = false;
    for (const info of all) {
      if (mine.has(info) || !(pids.has(info.parent) || known.has(info.parent))) continue;
      mine.add(info);
      pids.add(info.pid);
      grew = true;
    }
  }
  const found = [...mine].filter(({ pid }) => pid !== process.pid);
  for (const { pid, group } of found) if (pid === group) known.add(group);
  return found;
}

function carries({ environment }: ProcessInfo, mark: Pick<Mark, 'dir'> & Partial<Mark>): boolean {
  if (environment === '') return false;
  const padded = `\0${environment}\0`;
  const { KOUBOU_ATTEMPT, KOUBOU_DIR } = markVariables({
    attemptId: mark.attemptId ?? '',
    dir: mark.dir,
  });
  // /proc was read as latin1, so the path is compared as the bytes it has there.
  if (!padded.includes(`\0KOUBOU_DIR=${Buffer.from(KOUBOU_DIR ?? '').toString('latin1')}\0`))
    return false;
  return mark.attemptId === undefined || padded.includes(`\0KOUBOU_ATTEMPT=${KOUBOU_ATTEMPT}\0`);
}

function signalAll(processes: readonly ProcessInfo[], signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself between the scan and here.
    }
  }
}
