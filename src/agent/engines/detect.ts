/**
 * Which engines this agent can run, and which are ready to by themselves: installed, and able to reach their model with
 * what this machine is signed in with. What the gateway has for them is the coordinator's to know.
 */
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { AgentEngine } from '../../shared/domain/agent.ts';
import type { EngineKind } from '../../shared/domain/engine.ts';
import type { Environment } from '../config.ts';
import { firstLineOf } from '../program.ts';
import { detectOllama } from './detect-ollama.ts';

/** In the order in which they are shown. */
export async function detectEngines(env: Environment): Promise<AgentEngine[]> {
  const found = await Promise.all([
    detectProgram(CLAUDE_CODE, env),
    detectProgram(CODEX, env),
    detectProgram(OPENCODE, env),
    detectOllama(env),
  ]);
  const command: AgentEngine = { kind: 'command', version: 'sh', ready: true, why: null };
  return [...found.filter((engine) => engine !== null), ownLoop(env), command];
}

/** A command line that may be installed. */
interface ProgramEngine {
  readonly kind: EngineKind;
  readonly program: string;
  /** Variables of which one is enough. */
  readonly keys: readonly string[];
  readonly isSignedIn: (env: Environment) => Promise<boolean>;
  /** What to do where it is not. */
  readonly why: string;
}

const CLAUDE_CODE: ProgramEngine = {
  kind: 'claude-code',
  program: 'claude',
  keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
  async isSignedIn(env) {
    const folder = env['CLAUDE_CONFIG_DIR'] ?? path.join(homeOf(env), '.claude');
    if (await isThere(path.join(folder, '.credentials.json'))) return true;
    // macOS keeps the login in its keychain, which only its own programs may ask; the account is noted beside it.
    const note = await textOf(path.join(homeOf(env), '.claude.json'));
    return process.platform === 'darwin' && note.includes('"oauthAccount"');
  },
  why: 'not logged in: add an account for Anthropic to the workshop, or run "claude" once on this machine and log in',
};

const CODEX: ProgramEngine = {
  kind: 'codex',
  program: 'codex',
  keys: ['OPENAI_API_KEY', 'CODEX_API_KEY'],
  isSignedIn: async (env) =>
    await isThere(path.join(env['CODEX_HOME'] ?? path.join(homeOf(env), '.codex'), 'auth.json')),
  why: 'not logged in: add an account for OpenAI to the workshop, or run "codex login" once on this machine',
};

const OPENCODE: ProgramEngine = {
  kind: 'opencode',
  program: 'opencode',
  keys: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
  async isSignedIn(env) {
    const data = env['XDG_DATA_HOME'] ?? path.join(homeOf(env), '.local/share');
    // It leaves an empty list there when nobody signed in.
    return isFilled(await textOf(path.join(data, 'opencode', 'auth.json')));
  },
  why: 'not logged in: add an account for Anthropic or OpenAI to the workshop, or run "opencode auth login" once on this machine',
};

/** Some are programs of a hundred megabytes, which a PC with much to do takes seconds to start; one that is missed is missed until the agent looks again. */
const PATIENCE_MS = 20_000;

async function detectProgram(engine: ProgramEngine, env: Environment): Promise<AgentEngine | null> {
  const line = await firstLineOf(engine.program, ['--version'], env, PATIENCE_MS);
  if (line === null) return null;
  const ready = engine.keys.some((name) => env[name]) || (await engine.isSignedIn(env));
  return {
    kind: engine.kind,
    version: /\d+(\.\d+)+[\w.+-]*/.exec(line)?.[0] ?? line.slice(0, 100),
    ready,
    why: ready ? null : engine.why,
  };
}

/** Our own loop is part of this program. */
function ownLoop(env: Environment): AgentEngine {
  const ready = Boolean(env['ANTHROPIC_API_KEY']);
  const why =
    'no key: add an account for Anthropic to the workshop, or set ANTHROPIC_API_KEY for the agent';
  return { kind: 'anthropic', version: 'built in', ready, why: ready ? null : why };
}

function isFilled(json: string): boolean {
  try {
    return Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(json))).length > 0;
  } catch {
    // None, or not one that it could read either.
    return false;
  }
}

function homeOf(env: Environment): string {
  return env['HOME'] ?? env['USERPROFILE'] ?? homedir();
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
