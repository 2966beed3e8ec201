/** Looks at the host: one script, its answer, and how long the answer took, for the clock. */
import { randomBytes } from 'node:crypto';
import { platformOf } from '../probe/facts.ts';
import { parseProbe } from '../probe/parse.ts';
import { probeScript, type ProbeQuestions } from '../probe/script.ts';
import { windowsProbe } from '../probe/windows.ts';
import type { SshConnection } from '../ssh/connection.ts';
import { SshError } from '../ssh/errors.ts';
import type { ExecOptions } from '../ssh/exec.ts';
import { done, needed, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem } from '../problem.ts';

/** Everything in the script has shorter limits of its own. */
const LIMIT_MS = 60_000;

export async function probe(context: RunContext, voice: Voice): Promise<StepResult> {
  const { deps, found, signal } = context;
  const connection = needed(found.connection, 'the connection');
  // So that the host can try to reach it; looking alone opens nothing.
  const door = context.kind === 'add' ? await deps.door.open() : null;
  if (door && !door.ok) return problem(door.error.code, door.error.message);
  const at = deps.door.address();
  const coordinators = (at?.addresses ?? [])
    .slice(0, 8)
    .map((host) => ({ host, port: at?.port ?? 0 }));
  const mark = `k${randomBytes(8).toString('hex')}`;
  const [asked, began] = [deps.clock.now(), deps.clock.monotonic()];
  const say = (bytes: Buffer): void => voice.say(bytes.toString().replaceAll(`${mark} `, ''));
  const stdout = await ask(connection, { mark, coordinators }, { signal, say });
  const parsed = parseProbe(stdout, mark);
  if (!parsed.ok)
    return problem(
      'probe_failed',
      parsed.error === 'nothing'
        ? 'The host ran nothing of what it was asked. Give this user a login shell with sh on its PATH.'
        : 'The host stopped in the middle of the answer. Try again; look at its log for programs that are killed.',
    );
  const facts = parsed.value;
  found.facts = facts;
  if (facts.clockMs !== null) {
    found.clockAheadMs = facts.clockMs - asked;
    // Its clock was read at some moment between.
    found.clockErrorMs = Math.min(deps.clock.monotonic() - began, 5_000);
  }
  const platform = platformOf(facts);
  found.release = platform === null ? null : deps.releases.find(platform);
  const { hostname, os, machine, cpus } = facts;
  return done({ code: 'probed', hostname, os: os.name, machine, cpus });
}

interface Asking {
  readonly signal: AbortSignal;
  readonly say: (bytes: Buffer) => void;
}

type Questions = Pick<ProbeQuestions, 'mark' | 'coordinators'>;

/** Without a POSIX shell it may be Windows; with one it may be too, when that is Git's or Cygwin's. */
async function ask(
  connection: SshConnection,
  questions: Questions,
  { signal, say }: Asking,
): Promise<string> {
  const how = {
    signal,
    timeoutMs: LIMIT_MS,
    onOutput: ({ bytes }: { bytes: Buffer }) => say(bytes),
  };
  try {
    const { stdout } = await connection.exec(probeScript({ ...questions, home: null }), how);
    const isWindows = /^\w+ kernel (MINGW|MSYS|CYGWIN)/m.test(stdout);
    return isWindows ? await askWindows(connection, questions, how) : stdout;
  } catch (error) {
    if (!(error instanceof SshError) || error.code !== 'no_shell') throw error;
    try {
      return await askWindows(connection, questions, how);
    } catch (second) {
      // Neither: what is told is about the shell that most hosts have.
      throw second instanceof SshError && second.code === 'no_shell' ? error : second;
    }
  }
}

async function askWindows(
  connection: SshConnection,
  questions: Questions,
  how: ExecOptions,
): Promise<string> {
  const scripts = windowsProbe(questions);
  const answers = await Promise.all(scripts.map((script) => connection.powerShell(script, how)));
  return answers.map(({ stdout }) => stdout).join('\n');
}
