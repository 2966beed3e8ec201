/** Any program as engine: run by `sh -c`, the prompt on standard input and in `$KOUBOU_PROMPT_FILE`; its exit code counts. */
import { fail, ok } from '../../shared/result.ts';
import { seconds } from '../failure.ts';
import type { Engine, EngineFailure, EngineRun } from './engine.ts';

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const LINES_IN_MESSAGE = 20;

/** @param command what the shell runs */
export function commandEngine(command: string): Engine {
  return async (run) => {
    const { terminal, cwd, env, promptFile, limits } = run;
    terminal.note(`$ ${command}\n`);
    terminal.mark();
    const end = await terminal.run({
      argv: ['sh', '-c', command],
      cwd,
      env: { ...env, KOUBOU_PROMPT_FILE: promptFile },
      stdin: promptFile,
      totalMs: limits.engineMs,
      idleMs: limits.engineIdleMs,
    }).ended;
    if (end.kind === 'timed_out') return fail(timedOut(end.limit, run));
    if (end.code === 0 && end.signal === null) return ok({ usage: null });
    const words = terminal.lastLines(LINES_IN_MESSAGE);
    const said = words === '' ? 'It printed nothing.' : `Its last words:\n${words}`;
    if (end.code === NOT_FOUND || end.code === NOT_EXECUTABLE) {
      return fail({
        code: 'engine_missing',
        message: `the engine's command is not there on this agent: ${command}\n${said}`,
      });
    }
    const how = end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
    return fail({ code: 'engine_failed', message: `the engine ended with ${how}. ${said}` });
  };
}

export function timedOut(
  limit: 'total' | 'idle',
  { limits, terminal }: Pick<EngineRun, 'limits' | 'terminal'>,
): EngineFailure {
  const words = terminal.lastLines(LINES_IN_MESSAGE);
  const what =
    limit === 'idle'
      ? `printed nothing for ${seconds(limits.engineIdleMs)}`
      : `did not end within ${seconds(limits.engineMs)}`;
  return {
    code: 'engine_timed_out',
    message: `the engine ${what} and was stopped.${words === '' ? '' : ` Its last words:\n${words}`}`,
  };
}
