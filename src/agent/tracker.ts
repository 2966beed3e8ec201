/**
 * Remembers all descendants of an attempt's roots while it runs, so that one that got away from its parents and cleared
 * its environment is still known at the end.
 */
import type { Clock } from '../shared/clock.ts';
import { createTraces, membersOf, newest, noteRoots, type Traces } from './members.ts';
import { listProcesses } from './processes.ts';

export interface Tracker {
  readonly traces: Traces;
  /** Start time from which on processes can be the attempt's; 0 before the first look. */
  since(): number;
  /** Follows `pid`, a child that was just started, with all that it starts. */
  add(pid: number): void;
  /** Looks now; for what must not wait for the next look. */
  look(): Promise<void>;
  close(): void;
}

const LOOK_EVERY_MS = 100;
/** A look is followed by a rest of this many times its length: at most 1 % of one core, on a PC of any size. */
const REST = 100;

/**
 * A look reads one line of /proc per process of the machine (4 ms for 330 processes), so on such a PC it looks about
 * every 400 ms. What leaves its parent, its session *and* its environment within one pause between two looks is not seen; then
 * the control group and the folder that it stands in are what is left to know it by.
 * @param roots what the attempt starts (terminals' processes): not ourselves, whose own children are not its
 */
export function createTracker(roots: readonly number[], clock: Clock): Tracker {
  const traces = createTraces();
  const waiting = [...roots];
  let since = 0;
  let closed = false;
  let running = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    // Taken before the list is read: one that is added meanwhile may not be in it.
    const fresh = waiting.splice(0);
    const all = await listProcesses(false);
    if (since === 0) since = Math.min(newest(all) + 1, ...startsOf(roots, all));
    noteRoots(traces, fresh, all);
    // There is no list on Windows, and what is in none would be forgotten.
    if (process.platform !== 'win32') membersOf(all, traces, () => false);
  };
  const run = async (): Promise<void> => {
    running = true;
    const from = clock.monotonic();
    try {
      await look();
    } catch {
      // `ps` could not be started (no more processes, say): the next look may do.
    }
    const took = clock.monotonic() - from;
    running = false;
    if (closed) return;
    const rest = waiting.length > 0 ? 0 : Math.max(LOOK_EVERY_MS, took * REST);
    cancel = clock.after(rest, () => void run());
  };
  void run();
  return {
    traces,
    since: () => since,
    add(pid) {
      waiting.push(pid);
      if (running || closed) return;
      cancel();
      void run();
    },
    look,
    close() {
      closed = true;
      cancel();
    },
  };
}

function startsOf(
  roots: readonly number[],
  all: readonly { readonly pid: number; readonly started: number }[],
): number[] {
  return all.filter(({ pid }) => roots.includes(pid)).map(({ started }) => started);
}
