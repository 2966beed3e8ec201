/**
 * One attempt, as its seven steps: prepare → analyse → implement → apply → test → push → report. Each step is one call
 * into another file; here is only their order, what is said about each, and how it ends.
 */
import { writeFile } from 'node:fs/promises';
import type { Phase } from '../shared/domain/attempt.ts';
import type { Change, ChangeStats, TestSummary } from '../shared/domain/task.ts';
import type { Clock } from '../shared/clock.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { analyse, planTests, summaryOf, type Analysis } from './analyse.ts';
import { applyChange, type Applied } from './apply.ts';
import type { Environment } from './config.ts';
import type { Engine, ModelAccess } from './engines/engine.ts';
import { engineEnvironment, projectEnvironment } from './environment.ts';
import {
  checkDisk,
  graceOf,
  isReported,
  messageOf,
  seconds,
  StepFailure,
  Stopped,
} from './failure.ts';
import type { Git } from './git.ts';
import type { JournalWriter } from './journal.ts';
import type { Output } from './output.ts';
import type { ProcessTree } from './process-tree.ts';
import { promptFor } from './prompt.ts';
import { pushBranch } from './push.ts';
import type { Checkpoints } from './supervisor/checkpoints.ts';
import type { Gate } from './supervisor/take-over.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { runTests } from './tests.ts';
import type { Workspace } from './workspace.ts';

export interface AttemptDeps {
  readonly spec: AttemptSpec;
  readonly coordinator: string;
  /** Where the engine's prompt is put. */
  readonly promptFile: string;
  /** The agent's work trees: one of them for us. @throws StepFailure */
  readonly acquire: (signal: AbortSignal) => Promise<Workspace>;
  /** Resolves when the attempt surely still counts. @throws the signal's reason */
  readonly mayPush: (signal: AbortSignal) => Promise<void>;
  readonly checkpoints: Checkpoints;
  /** Closed while a person works in the tree by hand. */
  readonly gate: Gate;
  readonly engine: Engine;
  /** The way to models through the gateway; `null`: this attempt has none. */
  readonly models: ModelAccess | null;
  readonly git: Git;
  readonly reports: Pick<JournalWriter, 'append'>;
  readonly output: Output;
  /** Aborted with `Stopped`, or with a `StepFailure` that came from outside of a step (the output limit). */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly environment: Environment;
  /** All that the attempt runs. */
  readonly tree: ProcessTree;
  /** Told about what is a bug of ours, or cannot be helped. */
  readonly warn: (error: unknown, message: string) => void;
}

/** How long the last checkpoint of an attempt that did not succeed may take. */
const LAST_CHECKPOINT_MS = 10_000;

/** Runs the attempt to its end and reports it; never rejects. Nothing that it started is left. */
export async function runAttempt(deps: AttemptDeps): Promise<void> {
  const { reports, output, checkpoints } = deps;
  let end: { change: Change } | { error: unknown };
  try {
    end = { change: await sevenSteps(deps) };
  } catch (error) {
    end = { error };
  } finally {
    await endEverything(deps);
    await checkpoints.end();
  }
  // What was done is worth something to the next attempt, unless nobody wants it.
  if ('error' in end && isWanted(end.error)) await checkpoints.last(LAST_CHECKPOINT_MS);
  // The recording is whole before the attempt ends, so that nobody reads half of it.
  await output.finish();
  if ('change' in end) reports.append({ kind: 'succeeded', change: end.change });
  else if (end.error instanceof Stopped) reports.append({ kind: 'cancelled' });
  else reportFailure(end.error, deps);
}

function isWanted(error: unknown): boolean {
  return !(error instanceof Stopped) || isReported(error.reason);
}

async function sevenSteps(deps: AttemptDeps): Promise<Change> {
  const { spec, git, signal, output, clock, tree } = deps;
  const terminal = createTerminal({
    sink: output.terminal,
    note: (text) => output.note(text),
    signal,
    mayStart: async (until) => await deps.gate.open(until),
    clock,
    tree,
  });

  const workspace = await step('prepare', deps, async () => {
    const made = await deps.acquire(signal);
    deps.checkpoints.begin(made);
    return [made, made.how];
  });
  const analysis = await step('analyse', deps, async () => {
    const found = await analyse(workspace.repo, { git, env: deps.environment, signal });
    return [found, summaryOf(found)];
  });
  await step('implement', deps, async () => [
    null,
    await implement(workspace, analysis, terminal, deps),
  ]);
  const first = await step('apply', deps, async () => {
    const seen = deps.gate.times();
    const made = await applyChange(workspace, spec, git, signal);
    return [{ ...made, seen }, describeApplied(made)];
  });
  const { tests, applied } = await test(workspace, analysis, first, terminal, deps);
  await step('push', deps, async () => {
    await deps.checkpoints.end();
    await deps.mayPush(signal);
    await pushBranch(workspace.repo, applied.commit, spec, {
      git,
      coordinator: deps.coordinator,
      signal,
    });
    return [null, spec.branch];
  });
  return await step('report', deps, () => {
    const change = changeOf(spec, applied, tests);
    return Promise.resolve([change, `${describeStats(applied.stats)}; ${describeTests(tests)}`]);
  });
}

async function implement(
  workspace: Workspace,
  analysis: Analysis,
  terminal: Terminal,
  deps: AttemptDeps,
): Promise<string> {
  const { spec, promptFile, output, signal, engine, reports } = deps;
  await writeFile(promptFile, promptFor(spec, analysis, workspace.patch), { mode: 0o600 });
  const began = deps.clock.monotonic();
  const result = await engine({
    cwd: workspace.repo,
    promptFile,
    env: {
      ...engineEnvironment(deps.environment, deps.tree.mark),
      KOUBOU_TASK_ID: spec.taskId,
      KOUBOU_TASK_TITLE: spec.title,
      GIT_AUTHOR_NAME: spec.author.name,
      GIT_AUTHOR_EMAIL: spec.author.email,
      GIT_COMMITTER_NAME: spec.author.name,
      GIT_COMMITTER_EMAIL: spec.author.email,
    },
    models: deps.models,
    terminal,
    transcript: output.transcript,
    signal,
    limits: spec.limits,
  });
  if (!result.ok) {
    // An engine that cannot write says so in its own words, or in none.
    await checkDisk(workspace.repo);
    const { code, message, until } = result.error;
    throw new StepFailure(code, message, null, until);
  }
  if (result.value.usage) reports.append({ kind: 'usage', usage: result.value.usage });
  return `${spec.engine.kind}, ${seconds(deps.clock.monotonic() - began)}`;
}

async function test(
  workspace: Workspace,
  analysis: Analysis,
  first: Applied & { readonly seen: number },
  terminal: Terminal,
  deps: AttemptDeps,
): Promise<{ tests: TestSummary; applied: Applied }> {
  const { spec, clock, environment, tree, gate } = deps;
  const { repo } = workspace;
  let applied: Applied = first;
  let { seen } = first;
  // What a person changed by hand since it was committed is committed as well, and tested like everything else.
  const again = async (): Promise<void> => {
    seen = gate.times();
    applied = await applyChange(workspace, spec, deps.git, deps.signal);
  };
  return await step('test', deps, async () => {
    if (seen !== gate.times()) await again();
    // Found again: the engine may have added tests, or installed what they need.
    const plan = await planTests(repo, analysis.config, environment);
    if (!plan) {
      const isOff = analysis.config.test === false;
      const code = isOff ? 'switched_off' : 'none_found';
      const why = isOff ? 'switched off in .koubou.yaml' : 'no tests were found';
      return [{ tests: { outcome: 'skipped', why, code }, applied }, why, 'skipped'];
    }
    const env = { ...projectEnvironment(environment, tree.mark), ...analysis.config.env };
    const run = async (): Promise<TestSummary> =>
      await runTests(plan, { terminal, repo, env, limits: spec.limits, clock });
    for (;;) {
      const tests = await run().catch((error: unknown) => {
        // Of a tree that somebody had in hand meanwhile, a failure says nothing.
        if (seen === gate.times() || deps.signal.aborted) throw error;
        return null;
      });
      await gate.open(deps.signal);
      if (tests && seen === gate.times()) {
        const took = tests.outcome === 'skipped' ? 0 : tests.durationMs;
        return [{ tests, applied }, `${plan.test}, ${seconds(took)}`];
      }
      await again();
    }
  });
}

/** What a step answers: its value, one line for the timeline, and `skipped` where it had nothing to do. */
type StepAnswer<T> = readonly [value: T, detail: string, outcome?: 'skipped'];

const DETAIL_MAX = 500;

async function step<T>(
  phase: Phase,
  deps: AttemptDeps,
  work: () => Promise<StepAnswer<T>>,
): Promise<T> {
  const { reports, output, signal } = deps;
  await deps.gate.step(phase, signal);
  reports.append({ kind: 'phase_started', phase });
  output.note(`\u001b[1;34m▸ ${phase}\u001b[0m\n`);
  try {
    const [value, detail, outcome = 'passed'] = await work();
    signal.throwIfAborted();
    output.note(`\u001b[2m  ${detail}\u001b[0m\n`);
    reports.append({ kind: 'phase_ended', phase, outcome, detail: detail.slice(0, DETAIL_MAX) });
    return value;
  } catch (error) {
    // Whoever stopped the attempt is the reason, not what the step then stumbled over.
    const reason: unknown = signal.aborted ? signal.reason : error;
    const detail = messageOf(reason).split('\n', 1)[0] ?? '';
    output.note(`\u001b[31m✗ ${messageOf(reason)}\u001b[0m\n`);
    reports.append({
      kind: 'phase_ended',
      phase,
      outcome: 'failed',
      detail: detail.slice(0, DETAIL_MAX),
    });
    throw reason;
  }
}

const MESSAGE_MAX = 10_000;

function reportFailure(error: unknown, { spec, reports, warn }: AttemptDeps): void {
  if (!(error instanceof StepFailure))
    warn(error, 'an attempt failed in a way that was not foreseen');
  const known =
    error instanceof StepFailure
      ? error
      : new StepFailure(
          'internal',
          `the agent had an error of its own: ${messageOf(error)}. Its log has more.`,
        );
  reports.append({
    kind: 'failed',
    code: known.code,
    message: known.message.slice(0, MESSAGE_MAX),
    tests: known.tests,
    // A coordinator that gives out no models knows no such field.
    ...(spec.models !== undefined && known.until !== undefined && { until: known.until }),
  });
}

async function endEverything({ tree, warn, spec, signal }: AttemptDeps): Promise<void> {
  try {
    const left = await tree.end(graceOf(signal));
    if (left.length > 0)
      warn(null, `processes of ${spec.attemptId} cannot be ended: ${left.join(', ')}`);
  } catch (error) {
    warn(error, 'the processes of an attempt could not be looked for');
  }
}

function changeOf(
  { attemptId, branch, repo }: AttemptSpec,
  { commit, stats }: Applied,
  tests: TestSummary,
): Change {
  return { attemptId, branch, commit, base: repo.base, baseCommit: repo.baseCommit, stats, tests };
}

function describeApplied({ stats, leftOut }: Applied): string {
  const without =
    leftOut.length > 0 ? `; left out (repositories of their own): ${leftOut.join(', ')}` : '';
  return describeStats(stats) + without;
}

function describeStats({ files, insertions, deletions }: ChangeStats): string {
  return `${files} ${files === 1 ? 'file' : 'files'} changed, +${insertions} −${deletions}`;
}

function describeTests(tests: TestSummary): string {
  return tests.outcome === 'skipped'
    ? `not tested: ${tests.why}`
    : `tests passed: ${tests.command}`;
}
