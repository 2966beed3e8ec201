/** The process of `koubou serve`: started with a channel on which it says when it is ready, and ended in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod/mini';
import type { Clock } from '../../shared/clock.ts';
import { KEYCHAIN_VARIABLE } from '../../shared/keychain.ts';
import { answerKeychain, type Storage } from './keychain.ts';
import type { LogTail } from './log-tail.ts';
import type { ServeProgram } from './serve-program.ts';
import { answers } from './running-coordinator.ts';

const Ready = z.looseObject({ type: z.literal('ready'), url: z.string(), token: z.string() });

const LAST_WORDS_MS = 300;
/** A machine that just woke is busy. */
const CHECK_MS = 10_000;

export interface ServeOptions {
  readonly dataDir: string;
  readonly program: ServeProgram;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  /** The system's keychain, for the coordinator's own secrets, once it can be asked. */
  readonly keychain: () => Promise<Storage>;
  /** Resolves when people see the workshop: what it held back for that goes on (`src/main/coordinator/first-screen.ts`). */
  readonly shown: Promise<void>;
  /** What it prints for people. */
  readonly print: (text: string) => void;
}

export interface ServeEvents {
  ready(url: string, token: string): void;
  /** Called once, whether it ended or never began. */
  ended(why: string): void;
}

export function spawnServe(
  { program, dataDir, env, keychain, shown, print, clock }: ServeOptions,
  args: string[],
  tail: LogTail,
  on: ServeEvents,
): ChildProcess {
  const child = spawn(program.command, [...program.args, 'serve', '--data', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...env, [KEYCHAIN_VARIABLE]: '1' },
  });
  child.stdout?.setEncoding('utf8').on('data', print);
  child.stderr?.setEncoding('utf8').on('data', tail.add);
  child.on('message', (message) => {
    const ready = Ready.safeParse(message);
    if (ready.success) {
      on.ready(ready.data.url, ready.data.token);
      void shown.then(() => say(child, { type: 'shown' }));
    }
    void keychain().then((storage) => {
      const answer = answerKeychain(message, storage);
      if (answer) say(child, answer);
    });
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

function say(child: ChildProcess, message: { type: string }): void {
  // One that has gone meanwhile has its own way to say so.
  child.send(message, () => {});
}

/** One that has not answered for so long will not end in order either; what it answered before is on disk. */
export async function endDeaf(child: ChildProcess, url: string, clock: Clock): Promise<void> {
  const patience = new AbortController();
  const cancel = clock.after(CHECK_MS, () => patience.abort());
  const isWell = await answers(url, patience.signal);
  cancel();
  if (!isWell) child.kill('SIGKILL');
}

/** Resolves when it is gone, with its agents. @param withinMs after which it is killed */
export async function endChild(child: ChildProcess, withinMs: number, clock: Clock): Promise<void> {
  await end(child, withinMs, clock, () => child.kill('SIGTERM'));
}

/** The same, but its agents go on, for the next one that is started. */
export async function leaveChild(
  child: ChildProcess,
  withinMs: number,
  clock: Clock,
): Promise<void> {
  await end(child, withinMs, clock, () => say(child, { type: 'leave' }));
}

async function end(
  child: ChildProcess,
  withinMs: number,
  clock: Clock,
  ask: () => void,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  ask();
  const cancel = clock.after(withinMs, () => child.kill('SIGKILL'));
  await gone;
  cancel();
}
