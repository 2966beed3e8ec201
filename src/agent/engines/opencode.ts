/**
 * OpenCode, the command line, in its mode without a screen. Through the gateway it has folders of its own beside the prompt;
 * otherwise it runs as this machine is set up. It shows its environment to the model's shell, so keys are in files.
 */
import path from 'node:path';
import { PROVIDERS_OF, type Provider } from '../../shared/models.ts';
import { withoutKeys } from '../environment.ts';
import { writeKeyFile } from '../models/key-file.ts';
import { inFolder, runCli, type Cli } from './cli.ts';
import type { Engine, EngineOptions, EngineRun, ModelAccess } from './engine.ts';
import {
  isHopeless,
  NOTHING_SAID,
  readOpenCodeEvent,
  readOpenCodeLog,
  troubleOfOpenCode,
  type OpenCodeState,
} from './opencode-events.ts';

const OPENCODE: Cli<OpenCodeState> = {
  name: 'OpenCode',
  program: 'opencode',
  signIn:
    'Sign in on the agent (run "opencode auth login" there), or give the agent a valid API key, then retry.',
  begin: NOTHING_SAID,
  read: readOpenCodeEvent,
  readErrors: readOpenCodeLog,
  trouble: troubleOfOpenCode,
  isHopeless,
  usage: ({ usage }) => usage,
  session: ({ session, hasWorked }) => (hasWorked ? session : null),
  again: (state) => ({ ...state, hasWorked: false, failure: null, logged: null, tries: 0 }),
};

export function openCodeEngine({ model, clock }: EngineOptions): Engine {
  return (run) =>
    inFolder(run, 'opencode', async (folder) => {
      const setUp = run.models
        ? await throughGateway(run.env, run.models, folder, model)
        : await signedIn(run.env, folder, model);
      const env = { ...setUp.env, ...QUIET, OPENCODE_CONFIG_CONTENT: JSON.stringify(setUp.config) };
      return await runCli(OPENCODE, run, clock, folder, (session) => ({
        argv: [
          ...['opencode', 'run', '--format', 'json', '--auto'],
          ...['--print-logs', '--log-level', 'ERROR'],
          // Without one, a model is asked for it.
          ...(session === null ? ['--title', 'Koubou'] : ['--session', session]),
          ...(setUp.model === undefined ? [] : ['--model', setUp.model]),
        ],
        env,
      }));
    });
}

/** Nothing is fetched that the task does not ask for. */
const QUIET = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
};
const CONFIG = { autoupdate: false, share: 'disabled' };

interface SetUp {
  readonly env: Readonly<Record<string, string>>;
  /** Counts more than that of the machine and of the repository. */
  readonly config: object;
  readonly model: string | undefined;
}

async function throughGateway(
  env: EngineRun['env'],
  models: ModelAccess,
  folder: string,
  model: string | undefined,
): Promise<SetUp> {
  const keyFile = path.join(folder, 'models.key');
  await writeKeyFile(keyFile, models.key);
  const { provider, name } = placeOf(model, models.providers);
  const options = { baseURL: `${models.url(provider)}/v1`, apiKey: `{file:${keyFile}}` };
  return {
    env: { ...withoutKeys(env), ...ownFolders(folder) },
    config: {
      ...CONFIG,
      enabled_providers: [provider],
      // One that it does not know has to be named.
      provider: { [provider]: { options, ...(name !== undefined && { models: { [name]: {} } }) } },
    },
    model: name === undefined ? undefined : `${provider}/${name}`,
  };
}

/** Whom a model belongs to: as it says itself (`openai/NAME`), by its name, or to whom there is. */
function placeOf(
  model: string | undefined,
  granted: readonly Provider[],
): { provider: Provider; name: string | undefined } {
  const there = PROVIDERS_OF.opencode.filter((provider) => granted.includes(provider));
  const [, prefix, rest] = /^(anthropic|openai)\/(.+)$/.exec(model ?? '') ?? [];
  const name = rest ?? model;
  const wanted = prefix ?? (name === undefined ? null : providerOfName(name));
  const provider = there.find((one) => one === wanted) ?? there[0] ?? 'openai';
  return { provider, name };
}

function providerOfName(model: string): Provider {
  return model.startsWith('claude') ? 'anthropic' : 'openai';
}

function ownFolders(folder: string): Record<string, string> {
  return {
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_DATA_HOME: path.join(folder, 'data'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    XDG_CACHE_HOME: path.join(folder, 'cache'),
  };
}

const KEYS: Readonly<Record<Provider, string>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
};

/** Keys of the agent's environment go into files, which the model's shell is not shown. */
async function signedIn(
  env: EngineRun['env'],
  folder: string,
  model: string | undefined,
): Promise<SetUp> {
  const kept = { ...env };
  const provider: Record<string, object> = {};
  for (const name of PROVIDERS_OF.opencode) {
    const key = env[KEYS[name]];
    if (key === undefined) continue;
    const file = path.join(folder, `${name}.key`);
    await writeKeyFile(file, key);
    provider[name] = { options: { apiKey: `{file:${file}}` } };
    delete kept[KEYS[name]];
  }
  return { env: kept, config: { ...CONFIG, provider }, model };
}
