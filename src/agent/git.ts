/**
 * Runs git for the agent itself: without a shell, prompts, hooks or the user's configuration, with bounded output, and
 * stopped with the attempt. The coordinator's credential goes through the environment: it is in no file and no
 * argument list.
 */
import { spawn } from 'node:child_process';
import type { Environment } from './config.ts';
import { gitTls } from './identity/tls.ts';

/** Output beyond this is a mistake of ours; git is stopped. */
const MOST_OUTPUT = 64 * 1024 * 1024;
const MOST_ERROR = 64 * 1024;
const STUBBORN_MS = 2_000;

export interface GitOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** Further configuration, not shown on the command line. */
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Environment;
  readonly input?: string;
  /** Exit codes that are an answer, not a failure. */
  readonly allow?: readonly number[];
}

export interface GitAnswer {
  readonly code: number;
  readonly out: string;
}

/** Git said no. `stderr` is what it said, as shown to people. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly stderr: string;
  constructor(args: readonly string[], stderr: string) {
    super(`git ${args[0] ?? ''} failed: ${stderr || 'no reason given'}`);
    this.stderr = stderr;
  }
}

/** Runs git with the base environment bound in. */
export type Git = (args: readonly string[], options: GitOptions) => Promise<GitAnswer>;

const FIXED: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'commit.gpgSign': 'false',
  // A cache that lost its objects with the power would be trusted for ever after.
  'core.fsync': 'committed,reference',
  'core.fsyncMethod': 'batch',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'credential.helper': '',
  'advice.detachedHead': 'false',
};

/** Whom git may meet: a coordinator that wants to see who it is. */
export interface GitIdentity {
  readonly coordinator: string;
  /** Folder with key and certificate; `null`: the tokens of attempts are enough. */
  readonly identity: string | null;
}

export function createGit(own: Environment, who?: GitIdentity): Git {
  const kept = Object.entries(own).filter(
    ([name]) => !name.startsWith('GIT_') && !name.startsWith('KOUBOU_'),
  );
  const base = {
    ...Object.fromEntries(kept),
    LC_ALL: 'C.UTF-8',
    LANGUAGE: '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'true',
    GIT_OPTIONAL_LOCKS: '0',
  };
  const tls = who?.identity ? gitTls(who.coordinator, who.identity) : {};
  return async (args, options) =>
    await run(base, args, { ...options, config: { ...tls, ...options.config } });
}

/** Configuration that lets git speak to the coordinator as this attempt, and to nobody else. */
export function credentialConfig(
  coordinator: string,
  user: string,
  password: string,
): Readonly<Record<string, string>> {
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    [`http.${coordinator}/.extraHeader`]: `Authorization: Basic ${basic}`,
    'http.followRedirects': 'false',
    'http.proxy': '',
    // A connection of which only one end is left: git's servers send something every 5 s.
    'http.lowSpeedLimit': '1',
    'http.lowSpeedTime': '30',
  };
}

async function run(
  base: Environment,
  args: readonly string[],
  options: GitOptions,
): Promise<GitAnswer> {
  const { cwd, signal, config, env, input, allow = [] } = options;
  signal?.throwIfAborted();
  const child = spawn('git', args, {
    cwd,
    env: { ...base, ...configEnvironment({ ...FIXED, ...config }), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: git's helpers go with it.
    detached: true,
  });
  let hardly: NodeJS.Timeout | undefined;
  const end = (): void => {
    // Asked first: git removes its lock files then.
    signalGroup(child.pid, 'SIGTERM');
    hardly ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STUBBORN_MS);
  };
  signal?.addEventListener('abort', end, { once: true });
  const out = collect(child.stdout, MOST_OUTPUT, end);
  const err = collect(child.stderr, MOST_ERROR, () => {});
  child.stdin.on('error', () => {}); // Git may end without reading its input; its exit code tells.
  child.stdin.end(input ?? '');
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', (error) =>
        reject(new GitError(args, `git cannot be started: ${error.message}`)),
      );
      child.once('close', (exit) => resolve(exit ?? 128));
    });
    signal?.throwIfAborted();
    if (code !== 0 && !allow.includes(code)) throw new GitError(args, tidy(err.text()));
    return { code, out: out.text() };
  } finally {
    clearTimeout(hardly);
    signal?.removeEventListener('abort', end);
  }
}

function configEnvironment(config: Readonly<Record<string, string>>): Environment {
  const entries = Object.entries(config);
  const numbered = entries.flatMap(([key, value], i): [string, string][] => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries<string>(numbered) };
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

function collect(
  stream: NodeJS.ReadableStream,
  most: number,
  onTooMuch: () => void,
): { text(): string } {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else onTooMuch();
  });
  return { text: () => Buffer.concat(chunks).toString('utf8') };
}

/** The lines of git's complaint that matter, without progress and prefixes. */
function tidy(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '' && !/^(hint|warning): /.test(line));
  return lines
    .slice(-8)
    .join('\n')
    .replaceAll(/^(fatal|error|remote): /gm, '')
    .trim();
}
