/**
 * What the engines have in common that are command lines with a stream of events: the events go to the transcript file,
 * which is followed; people see them as text in the terminal, the attempt learns from them what was used and what went
 * wrong. A connection that breaks in the middle of the work does not end it: the session goes on where it was.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import type { Usage } from '../../shared/domain/engine.ts';
import type { CommandEnd } from '../pty.ts';
import type { EngineResult, EngineRun, EngineTrouble } from './engine.ts';
import { dim } from './shown.ts';
import { tailLines } from './tail.ts';
import { verdictOf } from './verdict.ts';

/** What a line of a command line's output says. */
export interface Read<State> {
  readonly state: State;
  /** For the terminal; empty for what is of no interest. */
  readonly show: string;
  /** Whether it means that the work goes on: trying a dead connection again does not. */
  readonly isProgress: boolean;
}

/** A command line that speaks in events. */
export interface Cli<State> {
  readonly name: string;
  /** On the path. */
  readonly program: string;
  /** What a person does who is to sign it in on the agent. */
  readonly signIn: string;
  readonly begin: State;
  readonly read: (state: State, line: string) => Read<State>;
  /** Reads its standard error, which goes to the terminal where this is left out. */
  readonly readErrors?: (state: State, line: string) => Read<State>;
  /**
   * What went wrong by its own words; `null`: nothing.
   * @param now epoch ms
   * @param isDone it ended as if all had gone well
   */
  readonly trouble: (state: State, now: number, isDone: boolean) => EngineTrouble | null;
  /** Whether it tries for ever what will not go well. */
  readonly isHopeless: (state: State) => boolean;
  /** Totals of the attempt, over all goes. */
  readonly usage: (state: State) => Usage | null;
  /** The session that can go on, when something was done in it. */
  readonly session: (state: State) => string | null;
  /** The same, with what went wrong forgotten. */
  readonly again: (state: State) => State;
}

interface Launch {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How often the same session goes on after its connection broke. */
const MOST_RESUMES = 2;
const GO_ON =
  'The connection was lost and is back. Go on where you were; what you did so far is still there.\n';

/** Works with a folder of the engine's own beside the prompt, which holds its keys and sessions and is gone afterwards. */
export async function inFolder<T>(
  run: Pick<EngineRun, 'promptFile'>,
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = path.join(path.dirname(run.promptFile), name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Runs it until it is done.
 * @param folder exists, and is the engine's own for this attempt
 * @param launch how it is started; with a session: how that goes on. The prompt comes on standard input.
 */
export async function runCli<State>(
  cli: Cli<State>,
  run: EngineRun,
  clock: Clock,
  folder: string,
  launch: (session: string | null) => Launch,
): Promise<EngineResult> {
  const deadline = clock.monotonic() + run.limits.engineMs;
  const goOnFile = path.join(folder, 'go-on.txt');
  await writeFile(goOnFile, GO_ON);
  let state = cli.begin;
  let session: string | null = null;
  run.terminal.mark();
  for (let resumes = 0; ; resumes += 1) {
    const way: Way = {
      clock,
      folder,
      stdin: session === null ? run.promptFile : goOnFile,
      totalMs: Math.max(1, deadline - clock.monotonic()),
    };
    const went: Went<State> = await once(cli, run, way, launch(session), state);
    state = went.state;
    const isDone = went.end.kind === 'exited' && went.end.code === 0 && went.end.signal === null;
    const trouble = cli.trouble(state, clock.now(), isDone);
    const cut = isCutOff(went.end, trouble, run.models?.trouble() ?? null);
    session = cut ? cli.session(state) : null;
    if (session === null || resumes >= MOST_RESUMES) {
      const { name, program, signIn } = cli;
      const usage = cli.usage(state);
      return verdictOf({ name, program, signIn, end: went.end, trouble, usage }, run);
    }
    run.terminal.note(dim(`the connection broke; ${cli.name} goes on with its session`));
    state = cli.again(state);
  }
}

/** The gateway knows better than its own words, but not whether it came to its end all the same. */
function isCutOff(
  end: CommandEnd,
  own: EngineTrouble | null,
  gateways: EngineTrouble | null,
): boolean {
  const isDone = end.kind === 'timed_out' || (end.code === 0 && own === null);
  return !isDone && (gateways ?? own)?.class === 'network';
}

interface Went<State> {
  readonly end: CommandEnd;
  readonly state: State;
}

interface Way {
  readonly clock: Clock;
  readonly folder: string;
  readonly stdin: string;
  readonly totalMs: number;
}

async function once<State>(
  cli: Cli<State>,
  run: EngineRun,
  { clock, folder, stdin, totalMs }: Way,
  { argv, env }: Launch,
  before: State,
): Promise<Went<State>> {
  const { terminal, transcript, cwd, limits } = run;
  const errors = cli.readErrors && path.join(folder, 'errors.txt');
  if (errors !== undefined) await writeFile(errors, '');
  // A second go writes behind the first: one transcript.
  const words = transcript.path;
  const { size } = await stat(words);
  const command = terminal.run({
    argv: [
      '/bin/sh',
      '-c',
      errors === undefined ? APPEND : APPEND_BOTH,
      'sh',
      words,
      errors ?? '',
      ...argv,
    ],
    cwd,
    env,
    stdin,
    totalMs,
    idleMs: limits.engineIdleMs,
  });
  let state = before;
  const hear = (read: Cli<State>['read']) => (line: string) => {
    const said = read(state, line);
    state = said.state;
    if (said.isProgress) command.touch();
    else if (cli.isHopeless(state)) command.giveUp();
    if (said.show !== '') terminal.note(said.show);
  };
  const { readErrors } = cli;
  const [end] = await Promise.all([
    command.ended,
    tailLines(words, command.ended, {
      clock,
      from: size,
      onGrowth: (bytes) => transcript.grown(bytes),
      onLine: hear(cli.read),
    }),
    errors !== undefined &&
      readErrors &&
      tailLines(errors, command.ended, { clock, onGrowth: () => {}, onLine: hear(readErrors) }),
  ]);
  return { end, state };
}

const APPEND = 'out=$1; shift 2; exec "$@" >>"$out"';
// It keeps a hand on its terminal, which would hang up on it when nobody held it any more.
const APPEND_BOTH = 'out=$1 err=$2; shift 2; exec "$@" 3>&2 >>"$out" 2>"$err"';
