/** Runs the system's `ssh` for what it says: how a person's configuration reads. Needs nothing of ssh2, which is loaded late. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { RunSsh } from './route.ts';

/** For `resolveTarget`. `args` before ours: `-F FILE` for another config than the person's. */
export function sshRunner(program: string, args: readonly string[] = []): RunSsh {
  return async (more) => {
    const child = spawn(program, [...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    try {
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { code: child.exitCode ?? 255, stdout, stderr };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  };
}
