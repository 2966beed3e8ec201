/**
 * Codex, the command line, in its mode without a screen. Through the gateway it has a home of its own in the attempt's
 * folder; otherwise it runs as this machine is signed in. Its key is in its own environment and kept out of the shell's.
 */
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { withoutKeys } from '../environment.ts';
import { exists } from '../exists.ts';
import { runCli, type Cli } from './cli.ts';
import { NOTHING_SAID, readCodexEvent, troubleOfCodex, type CodexState } from './codex-events.ts';
import type { Engine, EngineOptions, EngineRun, ModelAccess } from './engine.ts';

const CODEX: Cli<CodexState> = {
  name: 'Codex',
  program: 'codex',
  signIn:
    'Sign in on the agent (run "codex login" there), or give the agent a valid API key (CODEX_API_KEY), then retry.',
  begin: NOTHING_SAID,
  read: readCodexEvent,
  trouble: troubleOfCodex,
  usage: ({ usage }) => usage,
  session: ({ session, hasWorked }) => (hasWorked ? session : null),
  again: (state) => ({ ...state, hasWorked: false, error: null }),
};

export function codexEngine({ model, clock }: EngineOptions): Engine {
  return async (run) => {
    const folder = path.join(path.dirname(run.promptFile), 'codex');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const env = run.models ? throughGateway(run.env, run.models, folder) : await signedIn(run.env);
    const options = optionsFor(model, run.models);
    return await runCli(CODEX, run, clock, folder, (session) => ({
      argv:
        session === null
          ? ['codex', 'exec', ...options, '-']
          : ['codex', 'exec', 'resume', ...options, session, '-'],
      env,
    }));
  };
}

const KEY = 'KOUBOU_MODEL_KEY';
/** What the model's shell must not see. */
const KEYS = [KEY, 'CODEX_API_KEY', 'OPENAI_API_KEY', 'CODEX_ACCESS_TOKEN'];

function optionsFor(model: string | undefined, models: ModelAccess | null): string[] {
  const settings = [
    'check_for_update_on_startup=false',
    'analytics.enabled=false',
    `shell_environment_policy.exclude=${JSON.stringify(KEYS)}`,
    ...(models ? providerSettings(models) : []),
  ];
  return [
    '--json',
    '--dangerously-bypass-approvals-and-sandbox',
    // They are fetched from elsewhere at every start.
    ...['--disable', 'plugins'],
    ...settings.flatMap((setting) => ['-c', setting]),
    ...(model === undefined ? [] : ['--model', model]),
  ];
}

/** The gateway says when to try no more; what is left is a connection that breaks. */
function providerSettings(models: ModelAccess): string[] {
  const provider = {
    name: 'Koubou',
    base_url: `${models.url('openai')}/v1`,
    env_key: KEY,
    wire_api: 'responses',
    request_max_retries: 2,
    stream_max_retries: 3,
  };
  return [
    'model_provider="koubou"',
    ...Object.entries(provider).map(
      ([name, value]) => `model_providers.koubou.${name}=${JSON.stringify(value)}`,
    ),
  ];
}

function throughGateway(
  env: EngineRun['env'],
  models: ModelAccess,
  folder: string,
): Record<string, string> {
  return { ...withoutKeys(env), CODEX_HOME: folder, [KEY]: models.key };
}

/** Codex takes a key from `CODEX_API_KEY` alone, and would rather have that than its own sign-in. */
async function signedIn(env: EngineRun['env']): Promise<Record<string, string>> {
  const key = env['OPENAI_API_KEY'];
  if (key === undefined || env['CODEX_API_KEY'] !== undefined) return { ...env };
  const home = env['CODEX_HOME'] ?? path.join(env['HOME'] ?? homedir(), '.codex');
  return (await exists(path.join(home, 'auth.json'))) ? { ...env } : { ...env, CODEX_API_KEY: key };
}
