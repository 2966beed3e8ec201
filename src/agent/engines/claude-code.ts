/**
 * Claude Code in print mode. Its events go to the transcript file, which is followed: people see them as text in the
 * terminal, the attempt learns from them what was used and why it failed (on API errors standard error is empty).
 */
import { fail, ok } from '../../shared/result.ts';
import type { CommandEnd } from '../pty.ts';
import { failureOf, NOTHING_SAID, readEvent, usageOf, type ClaudeState } from './claude-events.ts';
import { timedOut } from './command.ts';
import type { Engine, EngineOptions, EngineResult, EngineRun } from './engine.ts';
import { tailLines } from './tail.ts';

const NOT_FOUND = 127;
const LINES_IN_MESSAGE = 20;

export function claudeCodeEngine({ model, clock, isRoot }: EngineOptions): Engine {
  return async (run) => {
    const { terminal, transcript, cwd, promptFile, limits } = run;
    terminal.mark();
    let state = NOTHING_SAID;
    const command = terminal.run({
      argv: ['claude', ...argumentsFor(model)],
      cwd,
      env: claudeEnvironment(run.env, isRoot),
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
    return verdict(end, state, run);
  };
}

function argumentsFor(model: string | undefined): string[] {
  const fixed = [
    '-p',
    '--output-format',
    'stream-json',
    '--verbose',
    '--dangerously-skip-permissions',
  ];
  return model === undefined ? fixed : [...fixed, '--model', model];
}

/** By default it tries ten times, for minutes, even with a key that is refused. */
const RETRIES = '4';

/** What it runs with, by itself and as a session that a person talks to. */
export function claudeEnvironment(env: EngineRun['env'], isRoot: boolean): Record<string, string> {
  return {
    CLAUDE_CODE_MAX_RETRIES: RETRIES,
    ...env,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    ...(isRoot && { IS_SANDBOX: '1' }),
  };
}

function verdict(end: CommandEnd, state: ClaudeState, run: EngineRun): EngineResult {
  const failure = failureOf(state);
  if (failure) return fail(failure);
  if (end.kind === 'timed_out') return fail(timedOut(end.limit, run));
  const words = run.terminal.lastLines(LINES_IN_MESSAGE);
  if (end.code === NOT_FOUND) {
    return fail({
      code: 'engine_missing',
      message:
        'Claude Code is not installed on this agent ("claude" was not found). Install it there, or choose another engine.',
    });
  }
  if (end.code !== 0 || end.signal !== null) {
    const how = end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
    return fail({
      code: 'engine_failed',
      message: `Claude Code ended with ${how}. ${words === '' ? 'It said nothing.' : `It said:\n${words}`}`,
    });
  }
  return ok({ usage: usageOf(state) });
}
