/**
 * The attempts that this agent holds: taken into slots, told what the coordinator says about them, given up when it
 * wants them no more. An attempt is held from its assignment until its last report is acknowledged.
 */
import type { Logger } from 'pino';
import type { Clock } from '../shared/clock.ts';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec, FromAgent, Holding, ToAgent } from '../shared/protocol/agent.ts';
import { runAttempt } from './attempt.ts';
import type { Environment } from './config.ts';
import type { Engine } from './engines/engine.ts';
import {
  diskFull,
  isReported,
  mebibytes,
  messageOf,
  saysDiskFull,
  StepFailure,
  Stopped,
  type StopReason,
} from './failure.ts';
import type { Git } from './git.ts';
import type { Welcome } from './link.ts';
import { openOutput, type Output } from './output.ts';
import { createReports, type Reports } from './reports.ts';
import type { OutputLink } from './sender.ts';
import type { TaskFolder, Workspaces } from './workspace.ts';

export interface SupervisorDeps {
  readonly slots: number;
  readonly dir: string;
  readonly coordinator: string;
  readonly workspaces: Workspaces;
  readonly git: Git;
  readonly engineFor: (spec: AttemptSpec) => Engine;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly log: Logger;
  readonly link: OutputLink & { send(frame: FromAgent): boolean };
}

export interface Supervisor {
  holding(): Holding[];
  /** Attempts that still do something or have something to say. */
  readonly busy: boolean;
  welcome(frame: Welcome): void;
  receive(frame: Exclude<ToAgent, { type: 'welcome' | 'heartbeat' | 'goodbye' }>): void;
  /** The link has room for output again. */
  pump(): void;
  /** Stops all attempts. */
  stopAll(reason: StopReason, message: string): void;
  /** Takes nothing more, stops everything, and resolves when all is reported or `graceMs` passed. */
  close(graceMs: number): Promise<void>;
}

interface Held {
  readonly spec: AttemptSpec;
  readonly reports: Reports;
  readonly abort: AbortController;
  output: Output | null;
  /** It runs no more; what is left is to be sent. */
  ended: boolean;
  /** The coordinator ended it. */
  unwanted: boolean;
  /** Settles when nothing of it is left on this machine. */
  gone: Promise<void>;
}

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  return new AttemptSupervisor(deps);
}

class AttemptSupervisor implements Supervisor {
  private readonly deps: SupervisorDeps;
  private readonly held = new Map<AttemptId, Held>();
  private closing = false;

  constructor(deps: SupervisorDeps) {
    this.deps = deps;
  }

  get busy(): boolean {
    return this.held.size > 0;
  }

  holding(): Holding[] {
    return [...this.held.values()].map(({ spec, reports }) => {
      return { attemptId: spec.attemptId, fence: spec.fence, reportSeq: reports.last };
    });
  }

  welcome({ attempts }: Welcome): void {
    const counting = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
    for (const held of this.held.values()) {
      const known = counting.get(held.spec.attemptId);
      if (known?.fence === held.spec.fence) void this.goOn(held, known);
      else this.stop(held, 'abandoned', 'the coordinator gave the attempt to somebody else');
    }
  }

  receive(frame: Exclude<ToAgent, { type: 'welcome' | 'heartbeat' | 'goodbye' }>): void {
    if (frame.type === 'assign') return this.assign(frame.spec);
    const held = this.held.get(frame.attemptId);
    if (!held) return;
    switch (frame.type) {
      case 'cancel':
        if (frame.fence === held.spec.fence) this.stop(held, 'cancelled', frame.reason);
        return;
      case 'report_ack':
        return held.reports.acked(frame.seq);
      case 'report_refused':
        this.deps.log.warn(
          { attempt: frame.attemptId, code: frame.code },
          `a report was refused: ${frame.message}`,
        );
        return this.stop(held, 'refused', frame.message);
      case 'output_ack':
        held.output?.acknowledged(frame.stream, frame.offset);
    }
  }

  pump(): void {
    for (const { output } of this.held.values()) output?.pump();
  }

  stopAll(reason: StopReason, message: string): void {
    for (const held of this.held.values()) if (!held.ended) this.stop(held, reason, message);
  }

  async close(graceMs: number): Promise<void> {
    this.closing = true;
    this.stopAll('shutdown', 'the agent was stopped');
    const all = [...this.held.values()];
    const stopped = Promise.all(all.map(({ gone }) => gone));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.deps.clock.after(graceMs, resolve);
    await Promise.race([stopped, late]);
    cancel();
    for (const held of all) this.drop(held);
    await stopped;
  }

  private assign(spec: AttemptSpec): void {
    const { log, link, slots } = this.deps;
    const { attemptId, fence } = spec;
    const same = this.held.get(attemptId);
    // Offered again because no report had arrived yet; they are on their way.
    if (same?.spec.fence === fence) return;
    // One that the coordinator ended has no slot any more, while its processes are on their way out.
    const running = [...this.held.values()].filter(
      ({ ended, unwanted }) => !ended && !unwanted,
    ).length;
    const why = this.closing
      ? 'the agent is shutting down'
      : running >= slots
        ? `all ${slots} slots are taken`
        : null;
    if (why !== null) {
      log.warn({ attempt: attemptId, why }, 'declined an attempt');
      link.send({ type: 'declined', attemptId, fence, why });
      return;
    }
    log.info({ attempt: attemptId }, 'attempt taken');
    const before = [...this.held.values()].filter((held) => held.spec.taskId === spec.taskId);
    for (const held of before) this.stop(held, 'abandoned', 'a newer attempt of the task came');
    const reports = createReports({ attemptId, fence, send: (frame) => void link.send(frame) });
    const held: Held = {
      spec,
      reports,
      abort: new AbortController(),
      output: null,
      ended: false,
      unwanted: false,
      gone: Promise.resolve(),
    };
    this.held.set(attemptId, held);
    held.gone = this.run(held, before);
  }

  private async run(held: Held, before: readonly Held[]): Promise<void> {
    const { log } = this.deps;
    const { spec, reports } = held;
    try {
      // Two attempts of one task share a folder: one after the other.
      await Promise.all(before.map(({ gone }) => gone));
      await this.work(held);
      held.ended = true;
      await reports.settled();
    } catch (error) {
      log.error({ err: error, attempt: spec.attemptId }, 'an attempt could not be run');
    } finally {
      held.ended = true;
      await held.output
        ?.close()
        .catch((error: unknown) => log.warn({ err: error }, 'a recording could not be closed'));
      if (this.held.get(spec.attemptId) === held) this.held.delete(spec.attemptId);
      log.info({ attempt: spec.attemptId }, 'attempt gone');
    }
  }

  private async work(held: Held): Promise<void> {
    const { deps } = this;
    const { spec, reports, abort } = held;
    let opened: { folder: TaskFolder; output: Output };
    reports.append({ kind: 'started' });
    try {
      opened = await this.open(held);
    } catch (error) {
      deps.workspaces.release(spec);
      const failure = saysDiskFull(messageOf(error))
        ? await diskFull(deps.dir)
        : new StepFailure(
            'workspace_failed',
            `the task's folder could not be made: ${messageOf(error)}`,
          );
      reports.append({ kind: 'failed', code: failure.code, message: failure.message, tests: null });
      return;
    }
    await runAttempt({
      ...deps,
      ...opened,
      spec,
      reports,
      engine: deps.engineFor(spec),
      signal: abort.signal,
      mark: { attemptId: spec.attemptId, dir: deps.dir },
      warn: (error, message) => deps.log.error({ err: error, attempt: spec.attemptId }, message),
    });
  }

  private async open(held: Held): Promise<{ folder: TaskFolder; output: Output }> {
    const { workspaces, clock, link } = this.deps;
    const { spec, abort } = held;
    const { attemptId, fence, limits } = spec;
    const folder = await workspaces.claim(spec);
    const output = await openOutput({
      attemptId,
      dir: folder.logs,
      limit: limits.outputBytes,
      clock,
      link,
      sendEnd: (lengths) => link.send({ type: 'output_end', attemptId, fence, ...lengths }),
      onLimit: () => abort.abort(tooMuchOutput(limits.outputBytes)),
      onBroken: (why) => void this.brokenSpool(why).then((reason) => abort.abort(reason)),
    });
    held.output = output;
    return { folder, output };
  }

  private async brokenSpool({ message }: Error): Promise<Error> {
    if (saysDiskFull(message)) return await diskFull(this.deps.dir);
    return new StepFailure('workspace_failed', `the recording cannot be written: ${message}`);
  }

  /** The link is up again and the attempt still counts. */
  private async goOn(
    { output, ended, reports }: Held,
    known: Welcome['attempts'][number],
  ): Promise<void> {
    output?.resume({ terminal: known.terminal, transcript: known.transcript });
    // The last report ends the recording at the other end: all output goes before it.
    if (ended) await output?.finish();
    reports.resendFrom(known.reportSeq);
  }

  private stop(held: Held, reason: StopReason, message: string): void {
    held.abort.abort(new Stopped(reason, message));
    if (isReported(reason)) return;
    held.unwanted = true;
    held.reports.close();
    // Of a cancelled one people may still read the last lines.
    if (reason !== 'cancelled') held.output?.abandon();
  }

  /** Nobody waits for what it has to say any more. */
  private drop({ reports, output }: Held): void {
    reports.close();
    output?.abandon();
  }
}

function tooMuchOutput(limit: number): StepFailure {
  return new StepFailure(
    'engine_output_limit',
    `it printed more than ${mebibytes(limit)} MB and was stopped. Make it print less, or raise limits.outputBytes in the workshop's config.yaml.`,
  );
}
