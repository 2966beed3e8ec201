/**
 * Everything that an attempt runs, as one thing: started, paused and ended together. In a control group where the machine
 * lets us have one, followed by its traces where not.
 */
import type { Clock } from '../shared/clock.ts';
import { openCgroup } from './cgroup.ts';
import type { Mark } from './environment.ts';
import type { TreeOptions } from './find.ts';
import { endTree } from './kill.ts';
import { pauseTree, type Paused } from './pause.ts';
import { createTracker } from './tracker.ts';
import { yieldToAgents } from './yield.ts';

export interface ProcessTree {
  readonly mark: Mark;
  /** The command line that makes a command part of it. */
  command(argv: readonly string[]): string[];
  /** A process was started with such a command line. */
  started(pid: number): void;
  /**
   * Ends all of it, or what is left of it.
   * @param graceMs time to tidy up; the usual one when left out
   * @returns the pids that could not be ended
   */
  end(graceMs?: number): Promise<number[]>;
  /** Lets all of it stand still. */
  pause(): Promise<Paused>;
  close(): Promise<void>;
}

/** @param folder the attempt's folder among the work trees: what stands there belongs to it */
export async function openProcessTree(
  mark: Mark,
  folder: string,
  clock: Clock,
): Promise<ProcessTree> {
  const cgroup = await openCgroup(mark, clock);
  const tracker = createTracker([], clock);
  // Only of the command that runs: the number of one that ended may be somebody else's by now.
  let groups: number[] = [];
  const options = (): TreeOptions => ({ clock, cgroup, tracker, tree: folder, groups });
  return {
    mark,
    command: (argv) => cgroup?.command(argv) ?? [...argv],
    started(pid) {
      groups = [pid];
      tracker.add(pid);
      yieldToAgents(pid);
    },
    async end(graceMs) {
      const left = await endTree(mark, {
        ...options(),
        ...(graceMs !== undefined && { graceMs }),
      });
      groups = [];
      return left;
    },
    pause: async () => await pauseTree(mark, options()),
    async close() {
      tracker.close();
      await cgroup?.remove();
    },
  };
}

/** Ends what an attempt left behind when nobody was there to follow it. @returns the pids that could not be ended */
export async function endLeftBehind(mark: Mark, folder: string, clock: Clock): Promise<number[]> {
  const cgroup = await openCgroup(mark, clock);
  const left = await endTree(mark, { clock, cgroup, tree: folder });
  await cgroup?.remove();
  return left;
}
