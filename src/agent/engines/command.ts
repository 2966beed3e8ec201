/** Any program as engine: run by `sh -c`, the prompt on standard input and in `$KOUBOU_PROMPT_FILE`; its exit code counts. */
import { fail, ok } from '../../shared/result.ts';
import type { Provider } from '../../shared/models.ts';
import { withoutKeys } from '../environment.ts';
import type { Engine, EngineRun } from './engine.ts';
import { timedOut } from './timed-out.ts';
import { failureFrom } from './verdict.ts';

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const LINES_IN_MESSAGE = 20;

/** @param command what the shell runs */
export function commandEngine(command: string): Engine {
  return async (run) => {
    const { terminal, cwd, promptFile, limits, models } = run;
    terminal.note(`$ ${command}\n`);
    terminal.mark();
    const end = await terminal.run({
      argv: ['sh', '-c', command],
      cwd,
      env: { ...environmentOf(run), KOUBOU_PROMPT_FILE: promptFile },
      stdin: promptFile,
      totalMs: limits.engineMs,
      idleMs: limits.engineIdleMs,
    }).ended;
    const isDone = end.kind === 'exited' && end.code === 0 && end.signal === null;
    if (isDone) return ok({ usage: null });
    const trouble = models?.trouble();
    if (trouble) return fail(failureFrom(trouble, { name: 'the engine', signIn: '', models }));
    if (end.kind === 'timed_out') return fail(timedOut(end.limit, run));
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

/** The variables by which most programs know whom to ask for a model, and no key but that of the attempt. */
function environmentOf({ env, models }: EngineRun): Readonly<Record<string, string>> {
  if (!models) return env;
  const has = (provider: Provider): boolean => models.providers.includes(provider);
  return {
    ...withoutKeys(env),
    ...(has('anthropic') && {
      ANTHROPIC_BASE_URL: models.url('anthropic'),
      ANTHROPIC_API_KEY: models.key,
    }),
    ...(has('openai') && {
      OPENAI_BASE_URL: `${models.url('openai')}/v1`,
      OPENAI_API_KEY: models.key,
    }),
  };
}
