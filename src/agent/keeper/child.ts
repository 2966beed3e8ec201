/**
 * An agent as the child of its keeper. They speak over Node's IPC channel: the agent says `welcomed`, the keeper says
 * `leave`; an agent whose keeper is gone leaves by itself (`src/agent/kept.ts`).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { Environment } from '../config.ts';
import { buildPlace, type Home } from '../host/home.ts';
import { KEPT } from '../kept.ts';
import type { AgentChild } from './keeper.ts';

export interface ChildDeps {
  readonly home: Home;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Takes what the agent prints. */
  readonly write: (chunk: Uint8Array) => void;
}

const Message = z.object({ type: z.literal('welcomed') });

export function startChild(build: string, deps: ChildDeps): AgentChild {
  const { home, clock, write } = deps;
  const { executable } = buildPlace(home, build);
  const child = spawn(executable, ['agent', 'run', '--config', home.config], {
    cwd: home.dir,
    // A group of its own: what ends a hung agent ends what it runs, too, but not its attempts, which have sessions.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: childEnvironment(deps),
  });
  child.stdout?.on('data', write);
  child.stderr?.on('data', write);
  // It ended while it was told something: its end says all there is to say.
  child.on('error', () => {});
  const exited = exitOf(child);
  const welcomed = Promise.withResolvers<void>();
  child.on('message', (message) => {
    if (Message.safeParse(message).success) welcomed.resolve();
  });
  return {
    exited,
    welcomed: welcomed.promise,
    async leave(graceMs) {
      if (child.connected) child.send({ type: 'leave' }, () => {});
      const cancel = clock.after(graceMs, () => killGroup(child));
      await exited;
      cancel();
      // What a wrapper left behind must not meet the next agent.
      killGroup(child);
    },
  };
}

async function exitOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  child.once('error', (error) => {
    if (child.pid === undefined) resolve(error.message);
  });
  return await promise;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** Programs that people install for themselves are found as in their own shell. */
const USUAL_PLACES = ['.local/bin', 'bin', '.npm-global/bin', '.cargo/bin', '.bun/bin', 'go/bin'];
const SHARED_PLACES = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/bin', '/snap/bin'];

function childEnvironment({ home, environment }: ChildDeps): NodeJS.ProcessEnv {
  const { KOUBOU_URL: _url, KOUBOU_TOKEN: _token, NODE_CHANNEL_FD: _fd, ...rest } = environment;
  return { ...rest, PATH: searchPath(rest), KOUBOU_NATIVE: home.native, [KEPT]: '1' };
}

function searchPath(environment: Environment): string {
  const own = environment['HOME'];
  const given = (environment['PATH'] ?? '').split(path.delimiter).filter((part) => part !== '');
  if (process.platform === 'win32') return given.join(path.delimiter);
  const usual = own === undefined ? [] : USUAL_PLACES.map((place) => path.join(own, place));
  const more = [...usual, ...SHARED_PLACES].filter((place) => existsSync(place));
  return [...new Set([...given, ...more])].join(path.delimiter);
}
