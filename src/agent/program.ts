/** Finds programs, and asks them for their version: bounded in time and output, never interactive. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from './config.ts';

const TIMEOUT_MS = 5_000;

/** The first line that `program ARGS` prints, or `null` when it is not there, fails or takes longer than `timeout` (ms). */
export async function firstLineOf(
  program: string,
  args: readonly string[],
  env: Environment,
  timeout = TIMEOUT_MS,
): Promise<string | null> {
  return await new Promise((resolve) => {
    const options = {
      env,
      timeout,
      maxBuffer: 256 * 1024,
      killSignal: 'SIGKILL' as const,
    };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      // java and python2 print their version to standard error.
      const text = `${stdout}\n${stderr}`.trim();
      resolve(error || text === '' ? null : (text.split('\n')[0]?.trim() ?? null));
    });
    child.stdin?.end();
  });
}

/** Where a program of that name lies on the path. */
export async function programPath(name: string, env: Environment): Promise<string | null> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const candidate = path.join(folder, name);
    try {
      await access(candidate, 1);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
