/** What git knows of the files in a work tree, for the tools that list and search. */
import { execFile } from 'node:child_process';
import type { EngineRun } from '../engine.ts';
import { ToolRefusal } from './tool.ts';

export interface GitAsk {
  /** The work tree. */
  readonly root: string;
  readonly env: EngineRun['env'];
  readonly signal: AbortSignal;
}

/** For repositories of any size, and against expressions that take for ever. */
const LONGEST_MS = 30_000;
const MOST_BYTES = 256 * 1024;

/**
 * What git prints, cut after `MOST_BYTES`; empty when it finds nothing.
 * @throws ToolRefusal with git's words
 */
export async function askGit(
  { env, signal }: GitAsk,
  cwd: string,
  args: readonly string[],
): Promise<string> {
  // Names with other letters come as they are.
  const whole = ['-c', 'core.quotePath=off', ...args];
  const options = { cwd, env, timeout: LONGEST_MS, maxBuffer: MOST_BYTES, signal };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile('git', whole, options, (error, out, err) => {
    if (!error || error.code === 1 || error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
      resolve(out);
    else if (error.killed === true) reject(new ToolRefusal('this took too long; ask for less'));
    else reject(new ToolRefusal(err.trim() === '' ? error.message : err.trim()));
  });
  try {
    return await promise;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
