/**
 * Runs scripts on the host as whoever the installation belongs to: the user who signed in, or root by sudo. Its password goes
 * through standard input only, and is asked for only when an installation for the whole system was chosen.
 */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ok, type Result } from '../../../../shared/result.ts';
import type { ExecOptions, ExecResult } from '../ssh/exec.ts';
import { quote } from '../ssh/quote.ts';
import { addressOf } from '../ssh/target.ts';
import { needed, type RunContext, type Voice } from './step.ts';
import { problem, type Problem } from '../problem.ts';

export type RunScript = (script: string, options?: ExecOptions) => Promise<ExecResult>;

/** As often as sudo itself asks. */
const MOST_TRIES = 3;

/** True when the user who signed in may not write where the agent lives. */
export function needsRoot({ found }: Pick<RunContext, 'found'>): boolean {
  const facts = needed(found.facts, 'the host');
  return !facts.isRoot && needed(found.place, 'the folder').kind === 'system';
}

/** How to run scripts in this run. Asks for the password of sudo when there is need for it. */
export async function ownerShell(
  context: RunContext,
  voice: Voice,
): Promise<Result<RunScript, Problem>> {
  const { found, signal } = context;
  const connection = needed(found.connection, 'the connection');
  const plain: RunScript = async (script, options) =>
    await connection.exec(script, { signal, ...options });
  if (!needsRoot(context)) return ok(plain);
  const { sudo, user } = needed(found.facts, 'the host');
  if (sudo === 'nopasswd')
    return ok(
      async (script, options) => await plain(`exec sudo -n -- sh -c ${quote(script)}`, options),
    );
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    found.sudoPassword ??= await askPassword(context, voice);
    if (found.sudoPassword === null)
      return problem(
        'sudo_refused',
        `Without sudo nothing can be installed for the whole system. Try again with the password of ${user}, or install for the user alone.`,
      );
    const run = withPassword(plain, found.sudoPassword);
    const { code, stderr } = await run('exit 0');
    if (code === 0) return ok(run);
    found.sudoPassword = null;
    voice.say(`${stderr.trim()}\n`);
    if (!/try again|incorrect|password/i.test(stderr))
      return problem('sudo_refused', `sudo on the host refused ${user}: ${lastLine(stderr)}`);
  }
  return problem(
    'sudo_refused',
    `The password of ${user} was wrong ${MOST_TRIES} times, so nothing was installed. Try again.`,
  );
}

async function askPassword({ found }: RunContext, voice: Voice): Promise<string | null> {
  const { user } = needed(found.facts, 'the host');
  const answers = await voice.ask({
    kind: 'prompts',
    host: addressOf(needed(found.connection, 'the connection').hop),
    what: 'sudo_password',
    text: `sudo on the host wants the password of ${user}`,
    prompts: [{ text: `Password of ${user} for sudo:`, echo: false }],
  });
  return answers?.[0] ?? null;
}

/**
 * `-k`: sudo asks each time, so that it surely takes the password off the input. Should it not, for a rule that wants none, the
 * script passes over everything until a line nobody can guess.
 */
function withPassword(plain: RunScript, password: string): RunScript {
  return async (script, options = {}) => {
    const mark = randomBytes(12).toString('hex');
    const inner = `while read -r koubou_line && [ "$koubou_line" != ${mark} ]; do :; done\n${script}`;
    const head = `${password}\n${mark}\n`;
    const stdin = options.stdin === undefined ? head : Readable.from(after(head, options.stdin));
    return await plain(`exec sudo -k -S -p '' -- sh -c ${quote(inner)}`, { ...options, stdin });
  };
}

async function* after(
  head: string,
  rest: string | Buffer | Readable,
): AsyncGenerator<string | Buffer> {
  yield head;
  if (!(rest instanceof Readable)) {
    yield rest;
    return;
  }
  for await (const chunk of rest) {
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) yield chunk;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
