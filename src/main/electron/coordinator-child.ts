/**
 * The coordinator of this window: joined if one runs on the data folder, else started as a child, watched and restarted.
 *
 *   starting ──ready──► ready ──exit──► restarting ──► starting …   (at most MOST_RESTARTS in a row)
 *      └──exit before ready──► failed ◄── too many ──┘      `retry` starts anew
 *
 * Closing the window's program ends a child of ours in order; a coordinator that was only joined goes on.
 */
import type { ChildProcess } from 'node:child_process';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { Clock } from '../../shared/clock.ts';
import { createLogTail, type LogTail } from './log-tail.ts';
import { findRunning, isAlive, type RunningCoordinator } from './running-coordinator.ts';
import { endChild, endDeaf, leaveChild, spawnServe, type ServeOptions } from './serve-process.ts';

const MOST_RESTARTS = 5;
const FIRST_PAUSE_MS = 500;
/** A coordinator that ran so long was well; its restarts count from one again. */
const STABLE_MS = 60_000;
const END_MS = 15_000;
const WATCH_MS = 2_000;

export interface CoordinatorOptions extends ServeOptions {
  /** Arguments of `serve` besides the data folder; asked for at every start, `first` only at the first. */
  readonly args: (first: boolean) => Promise<{ args: string[]; note: string | null }>;
  readonly onState: (state: CoordinatorState) => void;
}

export interface RestartHow {
  /** False: its agents end with it. */
  readonly keepsAgents: boolean;
  /** When it is started again. */
  readonly until: Promise<void>;
}

export interface CoordinatorChild {
  state(): CoordinatorState;
  /** Starts again after a failure; does nothing in any other state. */
  retry(): Promise<void>;
  /**
   * Has a child of ours end without its agents, and starts it again; resolves when it has ended. False: there is none, it was
   * only joined. For an update, it is started again after that.
   */
  restart(how?: RestartHow): Promise<boolean>;
  /**
   * Looks whether it is well, after the machine has slept: a pause before a restart ends, and a child of ours that does
   * not answer is killed, and so restarted.
   */
  check(): Promise<void>;
  /** Ends a child of ours; resolves when it is gone. @param withinMs after which it is killed */
  close(withinMs?: number): Promise<void>;
}

export function startCoordinatorChild(options: CoordinatorOptions): CoordinatorChild {
  const { clock } = options;
  let state: CoordinatorState = { status: 'starting' };
  let child: ChildProcess | undefined;
  let [starts, closing] = [0, false];
  const restarts = createRestarts();
  let cancelTimer = (): void => {};

  const become = (next: CoordinatorState): void => options.onState((state = next));

  async function start(): Promise<void> {
    become({ status: 'starting' });
    const running = await findRunning(options.dataDir);
    if (running && !closing) return join(running);
    const { args, note } = await options.args(starts++ === 0);
    if (!closing) launch(args, note);
  }

  function join({ pid, url, token }: RunningCoordinator): void {
    become({ status: 'ready', url, token, note: null });
    cancelTimer = whenGone(pid, clock, () => void start());
  }

  function launch(args: string[], note: string | null): void {
    const tail = createLogTail();
    const began = clock.monotonic();
    const born = spawnServe(options, args, tail, {
      ready: (url, token) => become({ status: 'ready', url, token, note }),
      ended(why) {
        if (child !== born) return;
        child = undefined;
        if (!closing) again(why, clock.monotonic() - began, tail);
      },
    });
    child = born;
  }

  function again(why: string, ranMs: number, tail: LogTail): void {
    const wanted = restarts.wanted();
    if (wanted) return void wanted.then(start);
    const attempt = restarts.next(state.status === 'ready', ranMs);
    if (attempt === null) return become({ status: 'failed', why, log: tail.lines() });
    become({ status: 'restarting', why, attempt, most: MOST_RESTARTS });
    cancelTimer = clock.after(FIRST_PAUSE_MS * 2 ** (attempt - 1), () => void start());
  }

  void start();
  return {
    state: () => state,
    async retry() {
      if (state.status === 'failed') await start();
    },
    restart: async (how) => child !== undefined && (await restarts.end(child, clock, how)),
    async check() {
      if (state.status === 'ready' && child) return await endDeaf(child, state.url, clock);
      if (state.status !== 'restarting' || closing) return;
      cancelTimer();
      await start();
    },
    async close(withinMs = END_MS) {
      closing = true;
      cancelTimer();
      if (child) await endChild(child, withinMs, clock);
    },
  };
}

const AT_ONCE: RestartHow = { keepsAgents: true, until: Promise.resolve() };

/** Counts the restarts in a row. */
function createRestarts() {
  let count = 0;
  let until: Promise<void> | undefined;
  return {
    /** Has a child end, to be started again; true when it has ended. */
    async end(child: ChildProcess, clock: Clock, how: RestartHow = AT_ONCE): Promise<boolean> {
      ({ until } = how);
      await (how.keepsAgents ? leaveChild : endChild)(child, END_MS, clock);
      return true;
    },
    /** Once after `end`, for what ended was to end: when it is to start again. */
    wanted(): Promise<void> | undefined {
      const was = until;
      until = undefined;
      return was;
    },
    /**
     * The try that is coming, counted from 1; `null` when there were too many.
     * @param ranMs how long the one that ended had run
     */
    next(wasReady: boolean, ranMs: number): number | null {
      // One that never worked will not work by itself.
      if (!wasReady && count === 0) return null;
      if (ranMs > STABLE_MS) count = 0;
      if (count < MOST_RESTARTS) return ++count;
      // Somebody who lets it be tried again, wants as many tries again.
      count = 0;
      return null;
    },
  };
}

/** Calls `then` after a process that is not our child has ended; the answer stops the watch. */
function whenGone(pid: number, clock: Clock, then: () => void): () => void {
  let cancel = (): void => {};
  const look = (): void => {
    cancel = clock.after(WATCH_MS, () => (isAlive(pid) ? look() : then()));
  };
  look();
  return () => cancel();
}
