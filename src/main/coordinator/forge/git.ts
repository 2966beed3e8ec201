/**
 * The one way to run git: without a shell, prompts or hooks, with bounded output, a time limit, and words in one
 * language. The user's own configuration and credential helpers stay in force, because it is their repositories that
 * are read and written. Nothing else in the coordinator starts git.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Clock } from '../../../shared/clock.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Output beyond this is a mistake of ours; git is stopped. */
const MOST_OUTPUT = 64 * 1024 * 1024;
const MOST_ERROR = 64 * 1024;
const USUAL_MS = 60_000;
const STUBBORN_MS = 2_000;

/** Several values of one name count in their order. */
export type GitConfig = Readonly<Record<string, string | readonly string[]>>;

export interface GitPlace {
  /** A bare repository, or the git folder of one. */
  readonly gitDir?: string;
  /** A folder in a work tree, for commands that look for the repository themselves. */
  readonly cwd?: string;
  /** Further configuration, not shown on the command line. */
  readonly config?: GitConfig;
  readonly env?: Environment;
}

export interface GitOptions extends GitPlace {
  /** Stopped after so many ms (one minute if not given); 0: never, for what must not be left half done. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly input?: string;
  /** Exit codes that are an answer, not a failure. */
  readonly allow?: readonly number[];
  /** Called with each line of progress, as git rewrites it. */
  readonly onProgress?: (line: string) => void;
  /** Called with output as it comes, in place of collecting it; `false` ends git, which then counts as done. */
  readonly onOutput?: (chunk: Buffer) => boolean;
}

export interface GitAnswer {
  readonly code: number;
  readonly out: string;
}

export interface Git {
  /** Runs git to its end. @throws GitError */
  run(args: readonly string[], options: GitOptions): Promise<GitAnswer>;
  /** Starts git for a caller that streams; it leads a process group of its own. */
  start(args: readonly string[], place: GitPlace): ChildProcessWithoutNullStreams;
}

export type GitErrorKind = 'failed' | 'timed_out' | 'aborted' | 'missing' | 'too_much_output';

/** Git said no, or could not be asked. `stderr` is what it said, without secrets, as shown to people. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly kind: GitErrorKind;
  readonly stderr: string;
  constructor(args: readonly string[], kind: GitErrorKind, stderr: string, options?: ErrorOptions) {
    super(
      `git ${args[0] ?? ''} ${kind.replaceAll('_', ' ')}: ${stderr || 'no reason given'}`,
      options,
    );
    this.kind = kind;
    this.stderr = stderr;
  }
}

/** What holds for every call. A folder of another owner is trusted: a person named it to be worked on. */
const FIXED: Readonly<Record<string, string>> = {
  'safe.directory': '*',
  'safe.bareRepository': 'all',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.quotePath': 'false',
  'core.pager': 'cat',
  'color.ui': 'false',
  'commit.gpgSign': 'false',
  'protocol.version': '2',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'gc.autoDetach': 'false',
  'credential.interactive': 'false',
  // A server that sends less than this for a minute is as good as gone.
  'http.lowSpeedLimit': '100',
  'http.lowSpeedTime': '60',
};

/** Variables that would send git to another repository or make it say other things than it is asked. */
const KEPT =
  /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|SSL_.*|EXEC_PATH|CONFIG_GLOBAL|CONFIG_SYSTEM|PROXY_COMMAND|HTTP_.*)$/;

/** @param env the user's environment: HOME, PATH and SSH_AUTH_SOCK reach git through it */
export function createGit({ env, clock }: { env: Environment; clock: Clock }): Git {
  const base = baseEnvironment(env);
  const start: Git['start'] = (args, { gitDir, cwd, config, env: more }) =>
    spawn('git', [...(cwd === undefined ? [] : ['-C', cwd]), ...args], {
      env: {
        ...base,
        ...configEnvironment({ ...FIXED, ...config }),
        ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
        ...more,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, so that git's helpers go with it; and no terminal, so that ssh cannot ask.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  return {
    start,
    run: async (args, options) => await run(start(args, options), args, options, clock),
  };
}

/** Ends git and its helpers: asked first, so that it removes its lock files. */
export function endGit(child: ChildProcessWithoutNullStreams, clock: Clock): void {
  signalGroup(child, 'SIGTERM');
  const cancel = clock.after(STUBBORN_MS, () => signalGroup(child, 'SIGKILL'));
  child.once('close', cancel);
}

/** Ends git and its helpers now, whatever they are doing: nothing more of it happens. May leave locks behind. */
export function killGit(child: ChildProcessWithoutNullStreams): void {
  signalGroup(child, 'SIGKILL');
}

function baseEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  const ssh = env['GIT_SSH'] === undefined ? (env['GIT_SSH_COMMAND'] ?? 'ssh') : undefined;
  return {
    ...Object.fromEntries(kept),
    ...(ssh === undefined ? {} : { GIT_SSH_COMMAND: `${ssh} -oBatchMode=yes -oConnectTimeout=15` }),
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
    GIT_OPTIONAL_LOCKS: '0',
    // No `ext::`: an address would be a command.
    GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
    GIT_LITERAL_PATHSPECS: '1',
  };
}

function configEnvironment(config: GitConfig): Environment {
  const entries = Object.entries(config).flatMap(([key, values]) =>
    [values].flat().map((value) => [key, value] as const),
  );
  const numbered: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [i, [key, value]] of entries.entries()) {
    numbered[`GIT_CONFIG_KEY_${i}`] = key;
    numbered[`GIT_CONFIG_VALUE_${i}`] = value;
  }
  return numbered;
}

async function run(
  child: ChildProcessWithoutNullStreams,
  args: readonly string[],
  { timeoutMs = USUAL_MS, signal, input, allow = [], onProgress, onOutput }: GitOptions,
  clock: Clock,
): Promise<GitAnswer> {
  let ended: GitErrorKind | 'enough' | undefined;
  const end = (why: GitErrorKind | 'enough'): void => {
    if (ended !== undefined) return;
    ended = why;
    endGit(child, clock);
  };
  const onAbort = (): void => end('aborted');
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const cancel = timeoutMs === 0 ? undefined : clock.after(timeoutMs, () => end('timed_out'));
  const take = onOutput ? (chunk: Buffer) => onOutput(chunk) || end('enough') : undefined;
  const out = collect(child.stdout, MOST_OUTPUT, () => end('too_much_output'), take);
  const err = complaints(child.stderr, onProgress);
  child.stdin.on('error', () => {}); // Git may end without reading its input; its exit code tells.
  child.stdin.end(input ?? '');
  try {
    const code = await exitOf(child, args);
    if (ended !== undefined && ended !== 'enough') throw new GitError(args, ended, err());
    if (ended === undefined && code !== 0 && !allow.includes(code))
      throw new GitError(args, 'failed', err());
    return { code, out: out() };
  } finally {
    cancel?.();
    signal?.removeEventListener('abort', onAbort);
  }
}

async function exitOf(
  child: ChildProcessWithoutNullStreams,
  args: readonly string[],
): Promise<number> {
  return await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => {
      const missing = 'code' in cause && cause.code === 'ENOENT';
      const said = missing
        ? 'git was not found on this PC: install it (2.38 or newer)'
        : cause.message;
      reject(new GitError(args, missing ? 'missing' : 'failed', said, { cause }));
    });
    child.once('close', (code) => resolve(code ?? 128));
  });
}

function signalGroup(child: ChildProcessWithoutNullStreams, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It ended by itself.
  }
}

function collect(
  stream: NodeJS.ReadableStream,
  most: number,
  onTooMuch: () => void,
  take: ((chunk: Buffer) => void) | undefined,
): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (take) return take(chunk);
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else onTooMuch();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Keeps the last complaints; lines of progress are handed on instead. */
function complaints(
  stream: NodeJS.ReadableStream,
  onProgress: ((line: string) => void) | undefined,
): () => string {
  let rest = '';
  let kept = '';
  const take = (line: string): void => {
    if (/^(remote: )?[A-Z][a-z ]+: +\d+% /.test(line)) onProgress?.(line);
    else kept = `${kept}${line}\n`.slice(-MOST_ERROR);
  };
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(-MOST_ERROR);
    for (const line of lines) take(line);
  });
  return () => withoutSecrets(kept + rest).trimEnd();
}

/** `https://user:password@host` → `https://…@host`: an address may come from the user's configuration. */
function withoutSecrets(text: string): string {
  return text.replaceAll(/:\/\/[^/@\s]+@/g, '://…@');
}
