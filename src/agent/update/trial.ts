/**
 * Holds a build's trial: starts it beside the agent that runs, as a process group of its own, and waits for what it says of
 * itself. Whatever it does, it is gone when this resolves.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { Environment } from '../config.ts';
import { messageOf } from '../failure.ts';
import { KEPT } from '../kept.ts';

export interface TrialOptions {
  readonly executable: string;
  readonly config: string;
  readonly order: string;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** In all, from its start to its verdict. */
export const TRIAL_MS = 27_000;
const MOST_SAID = 8_192;

/** What a build on trial prints as its last line. */
export const Verdict = z.object({ ok: z.boolean(), why: z.string().nullable() });
export type Verdict = z.infer<typeof Verdict>;

/** @returns why it may not take over; `null`: it may */
export async function holdTrial(options: TrialOptions): Promise<string | null> {
  const { executable, clock, signal } = options;
  const foreign = await foreignMachine(executable);
  if (foreign !== null) return foreign;
  const child = start(options);
  const said = listen(child);
  const { promise: ended, resolve } = Promise.withResolvers<string | null>();
  const late = (): void =>
    resolve(`it did not pass its trial within ${TRIAL_MS / 1_000} s${quoted(said.problem())}`);
  const cancel = clock.after(TRIAL_MS, late);
  const onAbort = (): void => resolve('the agent ended during the trial');
  signal.addEventListener('abort', onAbort, { once: true });
  child.once('error', (error) => resolve(`it cannot be started: ${messageOf(error)}`));
  child.once('close', (code, killedBy) => resolve(said.verdict(killedBy ?? `exit code ${code}`)));
  try {
    return await ended;
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
    await end(child);
  }
}

function start({ executable, config, order, environment }: TrialOptions): ChildProcess {
  const { [KEPT]: _kept, NODE_CHANNEL_FD: _fd, ...env } = environment;
  return spawn(executable, ['agent', 'trial', '--config', config, '--order', order], {
    // Its input ends with us: it does not outlive the agent that tries it.
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    env,
  });
}

interface Said {
  /** What it says of itself, or what its end says. */
  verdict(exit: string): string | null;
  /** Its last complaint. */
  problem(): string;
}

function listen(child: ChildProcess): Said {
  let out = '';
  let complaints = '';
  child.stdin?.on('error', () => {}); // It ended without us.
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out = (out + text).slice(-MOST_SAID);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-MOST_SAID);
  });
  const problem = (): string => complaints.trim().split('\n').slice(-3).join(' ');
  return {
    problem,
    verdict(exit) {
      const verdict = lastVerdict(out);
      if (verdict?.ok === true) return null;
      return verdict?.why ?? `it ended without passing its trial (${exit})${quoted(problem())}`;
    },
  };
}

function lastVerdict(out: string): Verdict | undefined {
  try {
    return Verdict.safeParse(JSON.parse(out.trim().split('\n').at(-1) ?? '')).data;
  } catch {
    // It printed something else, or nothing.
    return undefined;
  }
}

function quoted(text: string): string {
  return text === '' ? '' : `: ${text.slice(-500)}`;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone =
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  try {
    // All of its group: what a wrapper started goes with it.
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
  await gone;
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

/** Machines that ELF files name. */
const MACHINES: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' };

/** Started, a program for other machines would be taken for a script; its head says so before. */
async function foreignMachine(file: string): Promise<string | null> {
  const head = Buffer.alloc(20);
  const handle = await open(file, 'r');
  try {
    await handle.read(head, 0, head.length, 0);
  } finally {
    await handle.close();
  }
  if (head.toString('latin1', 0, 4) !== '\u007fELF') return null;
  const machine = head.readUInt16LE(18);
  const name = MACHINES[machine] ?? `machine ${machine}`;
  return name === process.arch
    ? null
    : `it is made for ${name}, and this machine is ${process.arch}`;
}
