/**
 * Runs one command of an attempt in a terminal of its own, in a session of its own. Input comes from a file, never from
 * us: nothing is written to the terminal, so a command that does not read cannot block the agent. When the command
 * ends, for whatever reason, everything that it started is ended too.
 */
import type { Clock } from '../shared/clock.ts';
import { graceOf } from './failure.ts';
import { openTerminal, type OpenTerminal } from './open-terminal.ts';
import type { ProcessTree } from './process-tree.ts';

export interface Command {
  /** Program and arguments; a shell command is `['sh', '-c', text]`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** File on standard input; `/dev/null` when left out, so that nothing waits for a person. */
  readonly stdin?: string;
  /** File that takes standard output instead of the terminal. */
  readonly stdout?: string;
  /** ms for the whole command, and without any output. */
  readonly totalMs: number;
  readonly idleMs?: number;
}

/** Where terminal bytes go. */
export interface TerminalSink {
  /** Answers false when it can take no more for now; then `drained` tells when it can. */
  write(bytes: Buffer): boolean;
  drained(): Promise<void>;
}

export interface PtyDeps {
  readonly sink: TerminalSink;
  readonly signal: AbortSignal;
  /** Waits while nothing may be started. @throws the signal's reason */
  readonly mayStart?: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  /** What the command becomes part of. */
  readonly tree: Pick<ProcessTree, 'command' | 'started' | 'end'>;
}

export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly signal: number | null }
  | { readonly kind: 'timed_out'; readonly limit: 'total' | 'idle' };

export interface RunningCommand {
  /** Rejects with the signal's reason when it was aborted. Settles when no process of the command is left. */
  readonly ended: Promise<CommandEnd>;
  /** Counts as output for the idle limit (the command works, but prints elsewhere). */
  touch(): void;
  /** Ends it as one that was silent for too long: what it says tells that nothing will come of it. */
  giveUp(): void;
}

export function runInPty(command: Command, deps: PtyDeps): RunningCommand {
  const { clock } = deps;
  let lastOutput = clock.monotonic();
  const touch = (): void => {
    lastOutput = clock.monotonic();
  };
  const { promise: givenUp, resolve } = Promise.withResolvers<CommandEnd>();
  return {
    ended: run(command, deps, { touch, lastOutput: () => lastOutput, givenUp }),
    touch,
    giveUp: () => resolve({ kind: 'timed_out', limit: 'idle' }),
  };
}

interface Watch {
  touch(): void;
  lastOutput(): number;
  readonly givenUp: Promise<CommandEnd>;
}

async function run(
  command: Command,
  deps: PtyDeps,
  { touch, lastOutput, givenUp }: Watch,
): Promise<CommandEnd> {
  const { signal, tree, clock, sink } = deps;
  signal.throwIfAborted();
  if (deps.mayStart) await deps.mayStart(signal);
  const terminal = open(command, deps);
  const exited = new Promise<CommandEnd>((resolve) => {
    terminal.onExit((code, killedBy) => resolve({ kind: 'exited', code, signal: killedBy }));
  });
  connect(terminal, sink, clock, touch);
  const stop = new AbortController();
  try {
    const limits = [givenUp, watchTotal(command.totalMs, clock, stop.signal)];
    if (command.idleMs !== undefined)
      limits.push(watchIdle(command.idleMs, lastOutput, clock, stop.signal));
    const end = await Promise.race([exited, aborted(signal, stop.signal), ...limits]);
    return end;
  } finally {
    stop.abort();
    await tree.end(graceOf(signal));
    await exited;
  }
}

// "exec" so that the shell is gone and its process is the command: signals reach it, its exit code is ours.
const TO_TERMINAL = 'in=$1; shift; exec "$@" <"$in"';
const TO_FILE = 'in=$1 out=$2; shift 2; exec "$@" <"$in" >"$out"';

function open(
  { argv, cwd, env, stdin = '/dev/null', stdout }: Command,
  { tree, clock }: PtyDeps,
): OpenTerminal {
  const script = stdout === undefined ? [TO_TERMINAL, 'sh', stdin] : [TO_FILE, 'sh', stdin, stdout];
  const whole = tree.command(['/bin/sh', '-c', ...script, ...argv]);
  const terminal = openTerminal({ argv: whole, cwd, env }, clock);
  tree.started(terminal.pid);
  return terminal;
}

/** How often a paused terminal looks whether its process is still there. */
const PAUSED_LOOK_MS = 50;

function connect(
  terminal: OpenTerminal,
  sink: TerminalSink,
  clock: Clock,
  touch: () => void,
): void {
  let paused = false;
  let cancelLook = (): void => {};
  terminal.onData((data) => {
    touch();
    if (sink.write(data) || paused) return;
    paused = true;
    terminal.pause();
    void sink.drained().then(resume);
    look();
  });

  function resume(): void {
    if (!paused) return;
    paused = false;
    cancelLook();
    terminal.resume();
  }

  // 200 ms after its process ended, node-pty throws away what was not read; there is little then, so it is taken.
  function look(): void {
    if (isAlive(terminal.pid)) cancelLook = clock.after(PAUSED_LOOK_MS, look);
    else resume();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function aborted(signal: AbortSignal, stop: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    const reason: unknown = signal.reason;
    reject(reason instanceof Error ? reason : new Error(String(reason)));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  stop.addEventListener('abort', () => signal.removeEventListener('abort', onAbort), {
    once: true,
  });
  return promise;
}

function watchTotal(ms: number, clock: Clock, stop: AbortSignal): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve({ kind: 'timed_out', limit: 'total' }));
    stop.addEventListener('abort', cancel, { once: true });
  });
}

function watchIdle(
  ms: number,
  lastOutput: () => number,
  clock: Clock,
  stop: AbortSignal,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    let cancel = (): void => {};
    const look = (): void => {
      const left = lastOutput() + ms - clock.monotonic();
      if (left <= 0) resolve({ kind: 'timed_out', limit: 'idle' });
      else cancel = clock.after(left, look);
    };
    look();
    stop.addEventListener('abort', () => cancel(), { once: true });
  });
}
