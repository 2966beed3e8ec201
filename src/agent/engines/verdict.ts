/**
 * How a run of an engine ended, from all that is known: what the gateway said, what the engine said, and how its program
 * ended. The first of them that says something counts, in this order; the rest is one table (`TROUBLE_RULES`). Pure.
 */
import type { Usage } from '../../shared/domain/engine.ts';
import { TROUBLE_RULES } from '../../shared/domain/engine-trouble.ts';
import { fail, ok } from '../../shared/result.ts';
import type { CommandEnd } from '../pty.ts';
import type { EngineFailure, EngineResult, EngineRun, EngineTrouble } from './engine.ts';
import { timedOut } from './timed-out.ts';

/** A command line that was run as an engine. */
export interface ProgramEnd {
  /** What people call it: `Claude Code`. */
  readonly name: string;
  /** What it is called on the path: `claude`. */
  readonly program: string;
  readonly end: CommandEnd;
  /** What went wrong in its own words; `null`: it told of nothing. */
  readonly trouble: EngineTrouble | null;
  readonly usage: Usage | null;
  /** A sentence: what to do where this machine's own sign-in is no longer good. */
  readonly signIn: string;
}

type Run = Pick<EngineRun, 'models' | 'limits' | 'terminal'>;

export function verdictOf(program: ProgramEnd, run: Run): EngineResult {
  const { end, name } = program;
  const isDone = end.kind === 'exited' && end.code === 0 && end.signal === null;
  if (isDone && program.trouble === null) return ok({ usage: program.usage });
  const trouble = run.models?.trouble() ?? program.trouble;
  if (trouble) return fail(failureFrom(trouble, { ...program, models: run.models }));
  if (end.kind === 'timed_out') return fail(timedOut(end.limit, run));
  if (end.code === NOT_FOUND) {
    return fail({
      code: 'engine_missing',
      message: `${name} is not installed on this agent ("${program.program}" was not found). Install it there, or choose another engine.`,
    });
  }
  const words = run.terminal.lastLines(LINES_IN_MESSAGE);
  const how = end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
  const said = words === '' ? 'It said nothing.' : `It said:\n${words}`;
  return fail({ code: 'engine_failed', message: `${name} ended with ${how}. ${said}` });
}

/** As what an attempt fails over such a trouble. */
export function failureFrom(
  { class: kind, message, until }: EngineTrouble,
  { name, signIn, models }: Pick<ProgramEnd, 'name' | 'signIn'> & Pick<EngineRun, 'models'>,
): EngineFailure {
  const rule = TROUBLE_RULES[kind];
  const text = `${name} ${WHAT[kind]}: ${message}`;
  const advice = kind === 'sign_in_expired' && models === null ? ` ${signIn}` : '';
  return {
    code: models === null ? rule.failure : rule.throughGateway,
    message: advice === '' ? text : `${text.replace(/[.\s]+$/, '')}.${advice}`,
    ...(until !== null && { until }),
  };
}

const NOT_FOUND = 127;
const LINES_IN_MESSAGE = 20;

const WHAT: Readonly<Record<EngineTrouble['class'], string>> = {
  sign_in_expired: 'may not use its model',
  rate_limited: 'reached a limit',
  overloaded: 'found its model overloaded',
  network: 'could not reach its model',
  invalid_request: 'asked for what its model does not take',
  context_too_long: 'had more to say than its model can take in',
  refused: 'was refused an answer',
  budget_spent: 'may spend no more',
  crashed: 'failed',
};
