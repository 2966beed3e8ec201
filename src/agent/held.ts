/**
 * One attempt that this agent holds, from its assignment until the coordinator has all of it. The work is done by its
 * supervisor; here it is found, told what the coordinator says, and what it wrote is passed on.
 *
 *   working ──supervisor gone──► ended ──all delivered──► saving ──work is safe──► gone
 */
import type { AttemptId, TaskId } from '../shared/ids.ts';
import type { AttemptSpec, Holding, ToAgent } from '../shared/protocol/agent.ts';
import { CANCEL_GRACE_MS } from '../shared/protocol/timing.ts';
import {
  makeReserve,
  recordOf,
  removeAttempt,
  writeRecord,
  type AttemptFolder,
  type AttemptRecord,
} from './attempt-folder.ts';
import { appendReport, closeBooks } from './close-books.ts';
import { isReported, messageOf, StepFailure, type StopReason } from './failure.ts';
import { booksOf, openRelayFor, type HeldDeps } from './held-parts.ts';
import { readJournal, type NumberedReport } from './journal.ts';
import type { Welcome } from './link.ts';
import type { Relay } from './relay.ts';
import { createReports, type Reports } from './reports.ts';
import { createWorkSaver, type WorkSaver } from './save-work.ts';
import { createStillness, type Stillness, type StillWhy } from './stand-still.ts';
import { startSupervisor } from './start-supervisor.ts';
import { openConnection, type Connection } from './supervisor/connection.ts';
import type { FromSupervisor, ToSupervisor } from './supervisor/protocol.ts';

/** What is needed to work in an attempt's tree by hand. */
export interface AttemptPlace {
  readonly repo: string;
  readonly engine: AttemptSpec['engine'];
  readonly folder: AttemptFolder;
}

type Over = Welcome['over'][number];
type State = 'working' | 'ended' | 'saving' | 'gone';

export class HeldAttempt {
  readonly attemptId: AttemptId;
  readonly taskId: TaskId;
  readonly fence: number;
  /** Settles when nothing of it is left on this machine, or the agent let go of it. */
  gone: Promise<void> = Promise.resolve();
  /** Called when it is gone. */
  onGone = (): void => {};
  private readonly deps: HeldDeps;
  private readonly folder: AttemptFolder;
  private readonly reports: Reports;
  private readonly relay: Relay;
  private record: AttemptRecord;
  private spec: AttemptSpec | null = null;
  private state: State = 'working';
  /** Over the link that is up, the coordinator said that it counts. */
  private counts = false;
  /** All that was printed is with the coordinator. */
  private printed = false;
  private succeeded = false;
  /** All reports, when there will be no more. */
  private ending: readonly NumberedReport[] = [];
  private unwanted = false;
  /** The coordinator never heard of it, or was set back to a time before it. */
  private isUnknown = false;
  private stopping: Extract<ToSupervisor, { type: 'stop' }> | null = null;
  readonly still: Stillness;
  private supervisor: Connection | null = null;
  private acquiring: Promise<void> | null = null;
  private answer: ToSupervisor | null = null;
  private isLeft = false;
  private isTreeWanted = false;
  private readonly abort = new AbortController();
  private readonly letGo = Promise.withResolvers<void>();
  /** With the git token: after a restart of the agent, once the coordinator says it. */
  private readonly whole = Promise.withResolvers<AttemptSpec>();
  private readonly saver: WorkSaver;

  private constructor(deps: HeldDeps, folder: AttemptFolder, record: AttemptRecord, relay: Relay) {
    const { attemptId, fence, taskId } = record.spec;
    this.deps = deps;
    this.folder = folder;
    this.record = record;
    this.attemptId = attemptId;
    this.taskId = taskId;
    this.fence = fence;
    this.relay = relay;
    const isThere = (): boolean => this.supervisor !== null && this.state === 'working';
    this.still = createStillness(folder.takeOver, isThere);
    this.reports = createReports({
      attemptId,
      fence,
      send: (frame) => this.counts && deps.link.send(frame),
      mayEnd: () => this.printed,
    });
    this.saver = createWorkSaver({
      ...deps,
      spec: this.whole.promise,
      tell: (commit) => void deps.link.send({ type: 'work_kept', attemptId, fence, commit }),
    });
  }

  /**
   * Takes a new attempt: when this resolves, that it was taken is on disk.
   * @throws Error when the disk does not take it
   */
  static async take(
    deps: HeldDeps,
    folder: AttemptFolder,
    spec: AttemptSpec,
  ): Promise<HeldAttempt> {
    const record = recordOf(spec, deps.boot, null);
    await writeRecord(folder, record);
    await appendReport(booksOf(deps, folder, spec), { kind: 'started' });
    const relay = await openRelayFor(deps, folder, spec);
    const held = new HeldAttempt(deps, folder, record, relay);
    held.learn(spec);
    await held.readReports();
    return held;
  }

  /** Finds an attempt of an earlier agent again. */
  static async find(
    deps: HeldDeps,
    folder: AttemptFolder,
    record: AttemptRecord,
  ): Promise<HeldAttempt> {
    const relay = await openRelayFor(deps, folder, record.spec);
    const held = new HeldAttempt(deps, folder, record, relay);
    await held.readReports();
    return held;
  }

  get holding(): Holding {
    return { attemptId: this.attemptId, fence: this.fence, reportSeq: this.reports.last };
  }

  /** It takes a slot unless it makes room: it works, and the coordinator wants what comes of it. */
  get isWorking(): boolean {
    return this.state === 'working' && this.stopping === null;
  }

  get place(): AttemptPlace | null {
    const { tree, spec } = this.record;
    if (!this.isWorking || !tree) return null;
    return { repo: tree.repo, engine: spec.engine, folder: this.folder };
  }

  /** Starts its supervisor, after earlier attempts of its task have left the folder. */
  begin(before: readonly Promise<void>[]): void {
    this.counts = true;
    this.reports.resendFrom(0);
    this.gone = this.live(() => this.start(before));
  }

  /** Finds its supervisor, if that still lives. */
  goOn(): void {
    this.gone = this.live(() => Promise.resolve());
  }

  /** The link is up: `known` says that it counts and what of it the coordinator has, `over` that it does not. */
  welcomed(known: Welcome['attempts'][number] | undefined, over: Over | undefined): void {
    this.counts = known !== undefined;
    if (known) {
      this.learn({ ...this.record.spec, gitToken: known.gitToken });
      this.relay.resume(known);
      // A coordinator that lost its power may have less of the recording than it had: all of it goes first, again.
      const again = this.printed;
      this.printed = false;
      this.reports.resendFrom(known.reportSeq);
      if (again) void this.print();
      return this.lease();
    }
    if (over) {
      this.relay.resume(over);
      this.saver.tellAgain();
      this.unwanted = over.unwanted;
      this.learn({ ...this.record.spec, gitToken: over.gitToken });
      return this.stop('fenced', 'the coordinator gave the task to somebody else', 0);
    }
    this.deps.log.warn(this.about, 'unknown to the coordinator; its work tree stays as it is');
    this.isUnknown = true;
    this.relay.abandon();
    this.stop('fenced', 'the coordinator does not know this attempt', 0);
  }

  /** The coordinator ended it. */
  cancelled({ reason, unwanted }: Extract<ToAgent, { type: 'cancel' }>): void {
    this.unwanted = unwanted;
    this.stop('cancelled', reason);
  }

  refused(message: string): void {
    this.stop('refused', message);
  }

  acked(seq: number): void {
    this.reports.acked(seq);
  }

  outputAcked({ stream, offset }: Extract<ToAgent, { type: 'output_ack' }>): void {
    this.relay.acknowledged(stream, offset);
  }

  workKept(): void {
    this.saver.acked();
  }

  pump(): void {
    this.relay.pump();
  }

  /** There is a reason to stand still, or that one is over. */
  standStill(why: StillWhy, on: boolean): void {
    this.still.say(why, on);
  }

  /** Passes on when the coordinator was heard. */
  lease(): void {
    if (this.counts && this.stopping === null && !this.still.wantsNoLease)
      this.supervisor?.send({ type: 'lease', at: this.deps.link.heardAt() });
  }

  /** @param graceMs 0 where the attempt may stand still: it must not be woken to hear that it is over */
  stop(reason: StopReason, message: string, graceMs = CANCEL_GRACE_MS): void {
    if (!isReported(reason)) this.reports.close();
    if (this.stopping !== null) return;
    // What stands still hears nothing of it.
    const grace = this.still.isOn ? 0 : graceMs;
    this.stopping = { type: 'stop', reason, message, graceMs: grace };
    this.abort.abort(new StepFailure('internal', message));
    this.supervisor?.send(this.stopping);
  }

  /** The agent ends: what is not done yet, the next one finds again. */
  leave(): void {
    this.isLeft = true;
    this.letGo.resolve();
  }

  private learn(spec: AttemptSpec): void {
    this.spec ??= spec;
    this.whole.resolve(spec);
    // Its supervisor may have asked before the coordinator said what git is reached with.
    if (this.isTreeWanted) this.acquiring ??= this.acquire(spec);
  }

  private get about(): { attempt: AttemptId } {
    return { attempt: this.attemptId };
  }

  private async live(start: () => Promise<void>): Promise<void> {
    const { log } = this.deps;
    try {
      await start().catch((error: unknown) => this.couldNotStart(error));
      await Promise.race([this.work(), this.letGo.promise]);
    } catch (error) {
      log.error({ err: error, ...this.about }, 'an attempt could not be looked after');
    } finally {
      this.state = 'gone';
      this.onGone();
      this.supervisor?.close();
      await this.relay.close();
      log.info(this.about, 'attempt gone');
    }
  }

  private async start(before: readonly Promise<void>[]): Promise<void> {
    const { spec, deps } = this;
    if (!spec) return;
    await makeReserve(this.folder);
    await Promise.all(before);
    await deps.workspaces.claim(spec);
    this.acquiring = this.acquire(spec);
    const { dir, coordinator, identity, program, environment, link } = deps;
    const lease = { leaseAt: link.heardAt(), pauseMs: link.pauseMs };
    const orders = { spec, dir, coordinator, identity, ...lease };
    await startSupervisor(program, orders, this.folder, environment);
  }

  /** Nothing of it ran: it fails, with a report like any other. */
  private async couldNotStart(error: unknown): Promise<void> {
    const { deps, folder } = this;
    const { code, message } =
      error instanceof StepFailure
        ? error
        : new StepFailure(
            'workspace_failed',
            `the attempt could not be started: ${messageOf(error)}`,
          );
    const report = { kind: 'failed', code, message, tests: null } as const;
    await appendReport(booksOf(deps, folder, this.record.spec), report);
  }

  private async work(): Promise<void> {
    const { deps, folder } = this;
    this.supervisor = openConnection({
      socket: folder.socket,
      clock: deps.clock,
      onConnect: () => {
        this.lease();
        if (this.stopping) this.supervisor?.send(this.stopping);
        this.still.sayAgain();
      },
      onMessage: (message) => this.onMessage(message),
      warn: (message) => deps.log.error(this.about, message),
    });
    await this.supervisor.ended;
    if (this.isLeft) return;
    const books = await closeBooks(booksOf(deps, folder, this.record.spec), this.stopping !== null);
    this.state = 'ended';
    this.succeeded = books.reports.at(-1)?.report.kind === 'succeeded';
    this.abort.abort(new StepFailure('internal', 'the attempt is over'));
    await this.acquiring;
    // Its change is with the coordinator: the next attempt may have the tree before this one is reported.
    const back = this.succeeded ? this.giveBack() : null;
    this.relay.grown(books.lengths);
    this.ending = books.reports;
    await this.print();
    await this.reports.settled();
    this.state = 'saving';
    await back;
    if (!this.isUnknown && !this.succeeded) await this.save();
    await removeAttempt(folder);
  }

  /** Sends the rest of the recording, and then what ends the attempt: never the one without the other. */
  private async print(): Promise<void> {
    await this.relay.finish();
    this.printed = true;
    this.reports.journal(this.ending);
  }

  private onMessage(message: FromSupervisor): void {
    switch (message.type) {
      case 'hello':
        if (message.spec.gitToken !== '') this.learn(message.spec);
        return;
      case 'grown':
        this.relay.grown(message);
        return void this.readReports();
      case 'acquire':
        return this.answerAcquire();
      case 'lease_wanted':
        this.deps.link.hearNow();
        return this.lease();
      case 'trouble':
        return this.deps.trouble(this.attemptId, message.message);
    }
  }

  private answerAcquire(): void {
    if (this.answer) this.supervisor?.send(this.answer);
    else if (this.spec) this.acquiring ??= this.acquire(this.spec);
    else this.isTreeWanted = true;
  }

  private async acquire(spec: AttemptSpec): Promise<void> {
    let answer: ToSupervisor;
    try {
      const workspace = await this.deps.workspaces.acquire(spec, this.abort.signal);
      const { repo, start } = workspace;
      this.record = recordOf(spec, this.deps.boot, { repo, start });
      await writeRecord(this.folder, this.record);
      answer = { type: 'acquired', workspace };
    } catch (error) {
      const code = error instanceof StepFailure ? error.code : 'workspace_failed';
      answer = { type: 'not_acquired', code, message: messageOf(error) };
    }
    this.answer = answer;
    this.supervisor?.send(answer);
  }

  private async readReports(): Promise<void> {
    try {
      this.reports.journal((await readJournal(this.folder.journal)).reports);
    } catch (error) {
      this.deps.log.error({ err: error, ...this.about }, 'a journal cannot be read');
    }
  }

  /** The work is made safe, unless nobody wants it or it may be torn, and the tree is given back. */
  private async save(): Promise<void> {
    const { tree } = this.record;
    if (tree && !this.unwanted && !this.isTorn) await this.saver.save(tree);
    await this.giveBack();
  }

  /** The machine went down under it. What was not written through then cannot be told from work. */
  private get isTorn(): boolean {
    return this.record.boot !== this.deps.boot;
  }

  /** Resolves when a crash would find it given back: only then what is known of the attempt may go. */
  private async giveBack(): Promise<void> {
    const { attemptId, unwanted, isTorn } = this;
    const { branch } = this.record.spec;
    await this.deps.workspaces.release({ attemptId, branch, unwanted: unwanted || isTorn });
  }
}
