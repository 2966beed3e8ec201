/**
 * Codex, the command line, in its mode without a screen. Through the gateway it has a home of its own in the attempt's
 * folder, and asks a file for its key; otherwise it runs as this machine is signed in, its keys kept out of the model's shell.
 */
import { homedir } from 'node:os';
import path from 'node:path';
import { withoutKeys } from '../environment.ts';
import { writeKeyFile } from '../models/key-file.ts';
import { exists } from '../exists.ts';
import { inFolder, runCli, type Cli } from './cli.ts';
import {
  isHopeless,
  NOTHING_SAID,
  readCodexEvent,
  troubleOfCodex,
  type CodexState,
} from './codex-events.ts';
import type { Engine, EngineOptions, EngineRun, ModelAccess } from './engine.ts';

const CODEX: Cli<CodexState> = {
  name: 'Codex',
  program: 'codex',
  signIn:
    'Sign in on the agent (run "codex login" there), or give the agent a valid API key (CODEX_API_KEY), then retry.',
  begin: NOTHING_SAID,
  read: readCodexEvent,
  trouble: troubleOfCodex,
  isHopeless,
  usage: ({ usage }) => usage,
  session: ({ session, hasWorked }) => (hasWorked ? session : null),
  again: (state) => ({ ...state, hasWorked: false, error: null, waits: 0 }),
};

export function codexEngine({ model, clock }: EngineOptions): Engine {
  return (run) =>
    inFolder(run, 'codex', async (folder) => {
      const { models } = run;
      const keyFile = path.join(folder, 'models.key');
      if (models) await writeKeyFile(keyFile, models.key);
      const env = models
        ? { ...withoutKeys(run.env), CODEX_HOME: folder }
        : await signedIn(run.env);
      const options = optionsFor(model, models && providerSettings(models, keyFile));
      return await runCli(CODEX, run, clock, folder, (session) => ({
        argv:
          session === null
            ? ['codex', 'exec', ...options, '-']
            : ['codex', 'exec', 'resume', ...options, session, '-'],
        env,
      }));
    });
}

/** What the model's shell must not see. */
const KEYS = ['CODEX_API_KEY', 'OPENAI_API_KEY', 'CODEX_ACCESS_TOKEN'];

function optionsFor(model: string | undefined, provider: readonly string[] | null): string[] {
  const settings = [
    'check_for_update_on_startup=false',
    'analytics.enabled=false',
    `shell_environment_policy.exclude=${JSON.stringify(KEYS)}`,
    ...(provider ?? []),
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
function providerSettings(models: ModelAccess, keyFile: string): string[] {
  const provider = {
    name: 'Koubou',
    base_url: `${models.url('openai')}/v1`,
    wire_api: 'responses',
    request_max_retries: 2,
    stream_max_retries: 3,
  };
  return [
    'model_provider="koubou"',
    ...Object.entries(provider).map(
      ([name, value]) => `model_providers.koubou.${name}=${JSON.stringify(value)}`,
    ),
    // Asked for when it is needed: a key in its environment could be read there by what the model runs.
    `model_providers.koubou.auth={command="cat",args=[${JSON.stringify(keyFile)}]}`,
  ];
}

/** Codex takes a key from `CODEX_API_KEY` alone, and would rather have that than its own sign-in. */
async function signedIn(env: EngineRun['env']): Promise<Record<string, string>> {
  const key = env['OPENAI_API_KEY'];
  if (key === undefined || env['CODEX_API_KEY'] !== undefined) return { ...env };
  const home = env['CODEX_HOME'] ?? path.join(env['HOME'] ?? homedir(), '.codex');
  return (await exists(path.join(home, 'auth.json'))) ? { ...env } : { ...env, CODEX_API_KEY: key };
}
