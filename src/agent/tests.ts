/** The test step: sets the project up where it needs it, and runs its tests. */
import type { TestSummary } from '../shared/domain/task.ts';
import type { AttemptLimits } from '../shared/protocol/agent.ts';
import type { Clock } from '../shared/clock.ts';
import type { TestPlan } from './analyse.ts';
import { checkDisk, seconds, StepFailure } from './failure.ts';
import type { CommandEnd } from './pty.ts';
import type { Terminal } from './terminal.ts';

export interface TestDeps {
  readonly terminal: Terminal;
  readonly repo: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: AttemptLimits;
  readonly clock: Clock;
}

const LINES_IN_MESSAGE = 40;

/** @throws StepFailure `setup_failed`, `tests_failed`, `tests_timed_out`, with the last lines that were printed */
export async function runTests(plan: TestPlan, deps: TestDeps): Promise<TestSummary> {
  const { limits, clock, terminal } = deps;
  if (plan.setup !== null) await setUp(plan.setup, deps);
  const began = clock.monotonic();
  const end = await shell(plan.test, limits.testMs, deps);
  const durationMs = Math.round(clock.monotonic() - began);
  if (end.kind === 'timed_out') {
    const summary: TestSummary = {
      outcome: 'failed',
      command: plan.test,
      exitCode: 124,
      durationMs,
    };
    throw new StepFailure(
      'tests_timed_out',
      `${plan.test} did not end within ${seconds(limits.testMs)}. ${lastWords(terminal)}`,
      summary,
    );
  }
  const exitCode = end.signal === null ? end.code : 128 + end.signal;
  const summary: TestSummary = {
    outcome: exitCode === 0 ? 'passed' : 'failed',
    command: plan.test,
    exitCode,
    durationMs,
  };
  if (exitCode === 0) return summary;
  await checkDisk(deps.repo);
  throw new StepFailure(
    'tests_failed',
    `${plan.test} ended with exit code ${exitCode}. ${lastWords(terminal)}`,
    summary,
  );
}

async function setUp(command: string, deps: TestDeps): Promise<void> {
  const end = await shell(command, deps.limits.setupMs, deps);
  if (end.kind === 'exited' && end.code === 0 && end.signal === null) return;
  await checkDisk(deps.repo);
  const how =
    end.kind === 'timed_out'
      ? `did not end within ${seconds(deps.limits.setupMs)}`
      : `ended with exit code ${end.code}`;
  throw new StepFailure('setup_failed', `the setup ${command} ${how}. ${lastWords(deps.terminal)}`);
}

async function shell(
  command: string,
  totalMs: number,
  { terminal, repo, env }: TestDeps,
): Promise<CommandEnd> {
  terminal.note(`$ ${command}\n`);
  terminal.mark();
  return await terminal.run({ argv: ['sh', '-c', command], cwd: repo, env, totalMs }).ended;
}

function lastWords(terminal: Terminal): string {
  const text = terminal.lastLines(LINES_IN_MESSAGE);
  return text === '' ? 'It printed nothing.' : `The last lines it printed:\n${text}`;
}
