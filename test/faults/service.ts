/**
 * A program that is kept running, as a service manager does it: started again a moment after it ended, whatever ended it.
 * Its words go to a log file.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Random } from './random.ts';

export interface Service {
  readonly name: string;
  /** `undefined` between an end and the next start. */
  readonly pid: number | undefined;
  readonly starts: number;
  /** Kills it, and starts it again when `work` is done. */
  interrupt(work: () => Promise<void>): Promise<void>;
  /** Asks it to end (SIGTERM) and does not start it again. @returns its exit code, `null` when it had to be killed */
  stop(graceMs: number): Promise<number | null>;
}

export interface ServiceOptions {
  readonly name: string;
  /** Program and arguments, asked for at each start. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
  readonly random: Random;
}

export function startService(options: ServiceOptions): Service {
  const { name, argv, env, log } = options;
  const random = options.random.stream(`service/${name}`);
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  /** Interruptions under way: it is not started meanwhile. */
  let held = 0;
  let starts = 0;

  function start(): void {
    const output = openSync(log, 'a');
    const [command = '', ...args] = argv;
    const started = spawn(command, args, { env, stdio: ['ignore', output, output] });
    closeSync(output);
    child = started;
    starts += 1;
    started.once('exit', () => {
      child = undefined;
      startAgain();
    });
  }

  function startAgain(): void {
    clearTimeout(timer);
    if (!stopped && held === 0 && !child) timer = setTimeout(start, random.int(30, 1_200));
  }

  start();
  return {
    name,
    get pid() {
      return child?.pid;
    },
    get starts() {
      return starts;
    },
    async interrupt(work) {
      held += 1;
      clearTimeout(timer);
      const last = child;
      if (last) {
        last.kill('SIGKILL');
        await once(last, 'exit');
      }
      try {
        await work();
      } finally {
        held -= 1;
        startAgain();
      }
    },
    async stop(graceMs) {
      stopped = true;
      clearTimeout(timer);
      const last = child;
      if (!last) return 0;
      let isKilled = false;
      const limit = setTimeout(() => (isKilled = last.kill('SIGKILL')), graceMs);
      last.kill('SIGTERM');
      last.kill('SIGCONT');
      await once(last, 'exit');
      clearTimeout(limit);
      return isKilled ? null : last.exitCode;
    },
  };
}
