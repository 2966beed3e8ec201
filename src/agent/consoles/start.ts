/** What runs in a console, and where: a login shell, or the engine's own session. */
import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import type { ConsoleKind } from '../../shared/console.ts';
import { modelOf } from '../../shared/domain/engine.ts';
import type { Provider } from '../../shared/models.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Environment } from '../config.ts';
import { claudeEnvironment, keyArguments } from '../engines/claude-code.ts';
import { personEnvironment, sessionEnvironment, type Mark } from '../environment.ts';
import type { AttemptPlace } from '../held.ts';
import type { TerminalProcess } from '../open-terminal.ts';

export interface Wanted {
  readonly kind: ConsoleKind;
  /** `null`: of the agent itself. */
  readonly place: AttemptPlace | null;
  /** What it is found by, with all that it starts. */
  readonly mark: Mark;
  readonly environment: Environment;
}

/** The attempt's way to models, with the file that its key was put into. */
export interface ConsoleModels {
  readonly address: string;
  readonly keyFile: string;
}

/** What is run, once it is known how models are reached. */
export type Prepared = (models: ConsoleModels | null) => TerminalProcess;

/** Fails with a sentence for people. */
export async function commandFor(wanted: Wanted): Promise<Result<Prepared, string>> {
  const { kind, place, mark, environment } = wanted;
  if (kind === 'shell') {
    const cwd = place?.repo ?? environment['HOME'] ?? homedir();
    const env = personEnvironment(environment, mark);
    return ok(() => ({ argv: [shellOf(environment), '-l'], cwd, env }));
  }
  if (place?.engine.kind !== 'claude-code')
    return fail('this engine has no session of its own to talk to; take over with a shell');
  const session = await sessionIn(place.folder.streams.transcript);
  if (session === null)
    return fail('the engine has not begun a session yet; try again in a moment');
  return ok((models) => claudeSession(session, place, wanted, models));
}

function claudeSession(
  session: string,
  { repo, engine }: AttemptPlace,
  { environment, mark }: Wanted,
  models: ConsoleModels | null,
): TerminalProcess {
  // A branch of the session: the engine, which stands still in the middle of its own, goes on with that one undisturbed.
  const argv = ['claude', '--resume', session, '--fork-session'];
  const model = modelOf(engine);
  if (model !== '') argv.push('--model', model);
  if (models) argv.push(...keyArguments(models.keyFile));
  else if (environment['ANTHROPIC_API_KEY']) argv.push('--settings', KEY_FROM_ENVIRONMENT);
  const own = sessionEnvironment(environment, mark);
  const gateway = models && { url: (provider: Provider) => `${models.address}/${provider}` };
  return { argv, cwd: repo, env: { ...claudeEnvironment(own, gateway, false), ...NOT_FIRST } };
}

/** At a terminal it uses a key from the environment only where somebody once said so; it was given to the agent for this. */
const KEY_FROM_ENVIRONMENT = JSON.stringify({ apiKeyHelper: 'printenv ANTHROPIC_API_KEY' });

/** Where only tasks ran, it would take a session for its first start: choose a theme, reach its maker, or end. */
const NOT_FIRST = { IS_DEMO: '1' };

function shellOf(environment: Environment): string {
  return environment['SHELL'] || (userInfo().shell ?? '') || '/bin/sh';
}

const SESSION = /"session_id":"([0-9a-f-]{36})"/g;

async function sessionIn(transcript: string): Promise<string | null> {
  const text = await readFile(transcript, 'utf8').catch(() => '');
  return [...text.matchAll(SESSION)].at(-1)?.[1] ?? null;
}
