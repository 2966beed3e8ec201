/** Asks the `gh` command line of this PC for the token it keeps. Starts nothing else, and never writes to it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Clock } from '../../../../../shared/clock.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const ANSWER_MS = 10_000;
/** A desktop app does not get the PATH of a shell. */
const USUAL_PLACES = ['/usr/local/bin', '/opt/homebrew/bin', '/home/linuxbrew/.linuxbrew/bin'];

/** The token of `gh` for a host (`github.com`); the error is a sentence. */
export async function tokenOfGh(
  host: string,
  env: Environment,
  clock: Clock,
): Promise<Result<string, string>> {
  const places = [env['PATH'] ?? '', ...USUAL_PLACES].join(path.delimiter);
  const child = spawn('gh', ['auth', 'token', '--hostname', host], {
    env: { ...env, PATH: places, GH_PROMPT_DISABLED: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  let out = '';
  child.stdout
    .setEncoding('utf8')
    .on('data', (text: string) => (out = (out + text).slice(0, 5_000)));
  const cancel = clock.after(ANSWER_MS, () => child.kill('SIGKILL'));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const token = out.trim();
    if (code === 0 && /^\S+$/.test(token)) return ok(token);
    return fail(
      `gh is not signed in at ${host}. Run "gh auth login --hostname ${host}" in a terminal of this PC, then try again`,
    );
  } catch {
    // What spawn says besides ENOENT helps no more than this.
    return fail(
      'gh, the command line of GitHub, was not found on this PC. Install it from https://cli.github.com, or sign in with a token',
    );
  } finally {
    cancel();
  }
}
