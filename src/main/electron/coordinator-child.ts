/**
 * The coordinator of this window: joined if one runs on the data folder, else started as a child, watched and restarted.
 *
 *   starting ──ready──► ready ──exit──► restarting ──► starting …   (at most MOST_RESTARTS in a row)
 *      └──exit before ready──► failed ◄── too many ──┘      `retry` starts anew
 *
 * Closing the window's program ends a child of ours in order; a coordinator that was only joined goes on.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { CoordinatorState } from '../../shared/bridge.ts';
import type { Clock } from '../../shared/clock.ts';
import { createLogTail, type LogTail } from './log-tail.ts';
import { findRunning, isAlive, type RunningCoordinator } from './running-coordinator.ts';

const Ready = z.looseObject({ type: z.literal('ready'), url: z.string(), token: z.string() });

const MOST_RESTARTS = 5;
const FIRST_PAUSE_MS = 500;
/** A coordinator that ran so long was well; its restarts count from one again. */
const STABLE_MS = 60_000;
const END_MS = 15_000;
const WATCH_MS = 2_000;
const LAST_WORDS_MS = 300;

export interface CoordinatorOptions {
  readonly dataDir: string;
  readonly node: string;
  readonly program: string;
  /** Arguments of `serve` besides the data folder; asked for at every start, `first` only at the first. */
  readonly args: (first: boolean) => Promise<{ args: string[]; note: string | null }>;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  /** What the child prints for people. */
  readonly print: (text: string) => void;
  readonly onState: (state: CoordinatorState) => void;
}

export interface CoordinatorChild {
  state(): CoordinatorState;
  /** Starts again after a failure; does nothing in any other state. */
  retry(): Promise<void>;
  /** Ends a child of ours; resolves when it is gone. */
  close(): Promise<void>;
}

export function startCoordinatorChild(options: CoordinatorOptions): CoordinatorChild {
  const { clock } = options;
  let state: CoordinatorState = { status: 'starting' };
  let child: ChildProcess | undefined;
  let starts = 0;
  let restarts = 0;
  let hasBeenReady = false;
  let closing = false;
  let cancelTimer = (): void => {};

  function become(next: CoordinatorState): void {
    hasBeenReady ||= next.status === 'ready';
    options.onState((state = next));
  }

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
        if (!closing) recover(why, clock.monotonic() - began, tail.lines());
      },
    });
    child = born;
  }

  function recover(why: string, ranMs: number, log: string[]): void {
    if (ranMs > STABLE_MS) restarts = 0;
    // One that never worked will not work by itself.
    if (!hasBeenReady || restarts >= MOST_RESTARTS) return become({ status: 'failed', why, log });
    const pause = FIRST_PAUSE_MS * 2 ** restarts++;
    become({ status: 'restarting', why, attempt: restarts, most: MOST_RESTARTS });
    cancelTimer = clock.after(pause, () => void start());
  }

  void start();
  return {
    state: () => state,
    async retry() {
      if (state.status !== 'failed') return;
      restarts = 0;
      await start();
    },
    async close() {
      closing = true;
      cancelTimer();
      if (child) await endChild(child, clock);
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

interface ServeEvents {
  ready(url: string, token: string): void;
  /** Called once, whether it ended or never began. */
  ended(why: string): void;
}

function spawnServe(
  { node, program, dataDir, env, print, clock }: CoordinatorOptions,
  args: string[],
  tail: LogTail,
  on: ServeEvents,
): ChildProcess {
  const child = spawn(node, [program, 'serve', '--data', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env,
  });
  child.stdout?.setEncoding('utf8').on('data', print);
  child.stderr?.setEncoding('utf8').on('data', tail.add);
  child.on('message', (message) => {
    const ready = Ready.safeParse(message);
    if (ready.success) on.ready(ready.data.url, ready.data.token);
  });
  child.once('error', (error) => on.ended(`it could not be started: ${error.message}`));
  child.once('exit', (code, signal) => {
    const tell = (): void => {
      cancel();
      child.off('close', tell);
      on.ended(`it ended with ${signal ?? `code ${code}`}`);
    };
    // Its last words may still be on their way; an agent that outlives it may keep the pipe open.
    const cancel = clock.after(LAST_WORDS_MS, tell);
    child.once('close', tell);
  });
  return child;
}

async function endChild(child: ChildProcess, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const cancel = clock.after(END_MS, () => child.kill('SIGKILL'));
  await gone;
  cancel();
}
