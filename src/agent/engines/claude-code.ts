/**
 * Claude Code in print mode. Its events go to the transcript file, which is followed: people see them as text in the
 * terminal, the attempt learns from them what was used and why it failed (on API errors standard error is empty).
 */
import path from 'node:path';
import { withoutKeys } from '../environment.ts';
import { withKeyFile } from '../models/key-file.ts';
import type { CommandEnd } from '../pty.ts';
import { NOTHING_SAID, readEvent, troubleOf, usageOf, type ClaudeState } from './claude-events.ts';
import { projectArguments } from './claude-project.ts';
import { forget, sessionFor, type ClaudeSession } from './claude-session.ts';
import type { Engine, EngineOptions, EngineResult, EngineRun, ModelAccess } from './engine.ts';
import { tailLines } from './tail.ts';
import { verdictOf } from './verdict.ts';

export function claudeCodeEngine(options: EngineOptions): Engine {
  return async (run) => {
    const session = await sessionFor(run.env);
    const project = await projectArguments(run);
    const { ANTHROPIC_API_KEY: own, ...env } = run.env;
    const key = run.models?.key ?? own;
    // Signed in as somebody, or not at all.
    if (!key) return await runIn(session, project, options, run);
    const keyFile = path.join(path.dirname(run.promptFile), 'models.key');
    return await withKeyFile(
      keyFile,
      key,
      async () =>
        await runIn(session, [...keyArguments(keyFile), ...project], options, { ...run, env }),
    );
  };
}

async function runIn(
  session: ClaudeSession,
  more: readonly string[],
  { model, clock, isRoot }: EngineOptions,
  run: EngineRun,
): Promise<EngineResult> {
  const { terminal, transcript, cwd, promptFile, limits } = run;
  terminal.mark();
  let state = NOTHING_SAID;
  const command = terminal.run({
    argv: [
      ...['claude', '-p', '--output-format', 'stream-json', '--verbose'],
      '--dangerously-skip-permissions',
      ...sessionArguments(session, cwd),
      ...more,
      ...(model === undefined ? [] : ['--model', model]),
    ],
    cwd,
    env: claudeEnvironment(run.env, run.models, isRoot),
    stdin: promptFile,
    stdout: transcript.path,
    totalMs: limits.engineMs,
    idleMs: limits.engineIdleMs,
  });
  const followed = tailLines(transcript.path, command.ended, {
    clock,
    onGrowth(size) {
      command.touch();
      transcript.grown(size);
    },
    onLine(line) {
      const read = readEvent(state, line);
      state = read.state;
      if (read.show !== '') terminal.note(read.show);
    },
  });
  const [end] = await Promise.all([command.ended, followed]);
  return await concluded(end, state, session, run);
}

async function concluded(
  end: CommandEnd,
  state: ClaudeState,
  session: ClaudeSession,
  run: EngineRun,
): Promise<EngineResult> {
  const result = verdictOf(
    {
      ...{ name: 'Claude Code', program: 'claude', signIn: SIGN_IN, end },
      trouble: troubleOf(state),
      usage: usageOf(state, session.file !== null),
    },
    run,
  );
  // Looked for again: this attempt may have begun it.
  if (!result.ok && SPOILT.has(result.error.code)) await forget(await sessionFor(run.env));
  return result;
}

const SIGN_IN =
  'Log in on the agent (run "claude" there), or give the agent a valid API key (ANTHROPIC_API_KEY), then retry.';

/** After these, the same session would most likely fail in the same way again. */
const SPOILT: ReadonlySet<string> = new Set([
  'engine_failed',
  'engine_request_invalid',
  'engine_context_too_long',
]);

function sessionArguments({ id, file }: ClaudeSession, cwd: string): string[] {
  if (file === null) return ['--session-id', id];
  const moved = `The work goes on in another directory: ${cwd}. Files are there as this task left them or as they were before it; look again at what you knew of them, and change nothing anywhere else.`;
  return ['--resume', id, '--append-system-prompt', moved];
}

/** Lets it ask for its key: one in its environment would be in that of the model's shell as well. */
export function keyArguments(keyFile: string): string[] {
  return [
    '--settings',
    JSON.stringify({ apiKeyHelper: `cat '${keyFile.replaceAll("'", `'\\''`)}'` }),
  ];
}

/** By default it tries ten times, for minutes, even with a key that is refused. */
const RETRIES = '4';
/** The relay says when to try no more; what is left is a coordinator that is started anew. */
const RETRIES_THROUGH_GATEWAY = '10';

/** What it runs with, by itself and as a session that a person talks to. */
export function claudeEnvironment(
  env: EngineRun['env'],
  models: Pick<ModelAccess, 'url'> | null,
  isRoot: boolean,
): Record<string, string> {
  return {
    CLAUDE_CODE_MAX_RETRIES: models ? RETRIES_THROUGH_GATEWAY : RETRIES,
    ...(models ? { ...withoutKeys(env), ANTHROPIC_BASE_URL: models.url('anthropic') } : env),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    ...(isRoot && { IS_SANDBOX: '1' }),
  };
}
