/** The tools that run something: a shell command, and the project's own tests. People see it live in the attempt's terminal. */
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import { planTests } from '../../analyse.ts';
import { projectEnvironment } from '../../environment.ts';
import { seconds, StepFailure } from '../../failure.ts';
import { readRepoConfig } from '../../repo-config.ts';
import { runTests } from '../../tests.ts';
import type { EngineRun } from '../engine.ts';
import { defineTool, ToolRefusal, type Tool, type ToolAnswer } from './tool.ts';

export interface CommandDeps {
  readonly run: Pick<EngineRun, 'cwd' | 'terminal' | 'limits'>;
  /** Without keys. */
  readonly env: EngineRun['env'];
  readonly clock: Clock;
  /** ms that are left of the engine's time. */
  readonly left: () => number;
}

const USUAL_SECONDS = 600;
const MOST_SECONDS = 3_600;
const MOST_LINES = 400;

export function commandTools(deps: CommandDeps): Tool[] {
  return [runTool(deps), testTool(deps)];
}

/** What commands of the model run with: no key is in it. */
export function toolEnvironment(env: EngineRun['env']): Record<string, string> {
  const { KOUBOU_ATTEMPT: attemptId = '', KOUBOU_DIR: dir = '' } = env;
  // The names that commits get, and what the attempt is about.
  const ours = Object.entries(env).filter(([name]) =>
    /^(?:GIT_(?:AUTHOR|COMMITTER)_|KOUBOU_TASK_)/.test(name),
  );
  return { ...projectEnvironment(env, { attemptId, dir }), ...Object.fromEntries(ours) };
}

function runTool({ run, env, left }: CommandDeps): Tool {
  return defineTool({
    name: 'run',
    description: `Runs a command with sh in the working directory and answers with its exit code and the last ${MOST_LINES} lines that it printed. Nobody can type into it, and what it leaves running is ended with it.`,
    input: z.object({
      command: z.string().min(1),
      timeout_seconds: z
        .int()
        .min(1)
        .max(MOST_SECONDS)
        .optional()
        .describe(`${USUAL_SECONDS} without it`),
    }),
    async run({ command, timeout_seconds: timeout = USUAL_SECONDS }) {
      const { terminal, cwd, limits } = run;
      const totalMs = Math.max(1, Math.min(timeout * 1_000, left()));
      terminal.mark();
      const end = await terminal.run({
        argv: ['sh', '-c', command],
        cwd,
        env,
        totalMs,
        idleMs: limits.engineIdleMs,
      }).ended;
      const said = lastWords(run);
      if (end.kind === 'timed_out')
        return { isError: true, text: `stopped after ${seconds(totalMs)}\n${said}` };
      const how = end.signal === null ? `exit code ${end.code}` : `ended by signal ${end.signal}`;
      return { isError: end.code !== 0 || end.signal !== null, text: `${how}\n${said}` };
    },
  });
}

function testTool({ run, env, clock }: CommandDeps): Tool {
  return defineTool({
    name: 'test',
    description:
      'Runs the tests of this project as they are run when the work is done, after what sets the project up where that is needed.',
    input: z.object({}),
    async run() {
      const { cwd, terminal, limits } = run;
      try {
        const config = await readRepoConfig(cwd);
        const plan = await planTests(cwd, config, env);
        if (!plan) throw new ToolRefusal('no tests were found; use run for what you want to check');
        const whole = { ...env, ...config.env };
        const tests = await runTests(plan, { terminal, repo: cwd, env: whole, limits, clock });
        return `passed: ${tests.outcome === 'skipped' ? plan.test : tests.command}\n${lastWords(run)}`;
      } catch (error) {
        if (error instanceof StepFailure) return failed(error, run);
        throw error;
      }
    },
  });
}

function failed({ message }: StepFailure, run: CommandDeps['run']): ToolAnswer {
  const [said = ''] = message.split('\n', 1);
  return { isError: true, text: `${said}\n${lastWords(run)}` };
}

function lastWords({ terminal }: CommandDeps['run']): string {
  const words = terminal.lastLines(MOST_LINES);
  return words === '' ? '[it printed nothing]' : words;
}
