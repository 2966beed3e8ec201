/** What runs in a console, and where: a login shell, or the engine's own session. */
import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import type { ConsoleKind } from '../../shared/console.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Environment } from '../config.ts';
import { claudeEnvironment } from '../engines/claude-code.ts';
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

/** Fails with a sentence for people. */
export async function commandFor(wanted: Wanted): Promise<Result<TerminalProcess, string>> {
  const { kind, place, mark, environment } = wanted;
  if (kind === 'shell') {
    const cwd = place?.repo ?? environment['HOME'] ?? homedir();
    return ok({
      argv: [shellOf(environment), '-l'],
      cwd,
      env: personEnvironment(environment, mark),
    });
  }
  if (place?.engine.kind !== 'claude-code')
    return fail('this engine has no session of its own to talk to; take over with a shell');
  const session = await sessionIn(place.folder.streams.transcript);
  if (session === null)
    return fail('the engine has not begun a session yet; try again in a moment');
  // A branch of the session: the engine, which stands still in the middle of its own, goes on with that one undisturbed.
  const argv = ['claude', '--resume', session, '--fork-session'];
  const { model } = place.engine;
  if (model !== undefined) argv.push('--model', model);
  if (environment['ANTHROPIC_API_KEY']) argv.push('--settings', KEY_FROM_ENVIRONMENT);
  const env = { ...claudeEnvironment(sessionEnvironment(environment, mark), false), ...NOT_FIRST };
  return ok({ argv, cwd: place.repo, env });
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
