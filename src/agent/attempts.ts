/**
 * The attempts that this agent holds: taken into slots, found again after a restart, told what the coordinator says
 * about them. An attempt is held until everything it said and did is safe with the coordinator.
 */
import { rm } from 'node:fs/promises';
import type { AttemptId } from '../shared/ids.ts';
import type { AttemptSpec, Holding, ToAgent } from '../shared/protocol/agent.ts';
import {
  attemptFolder,
  findAttempts,
  removeAttempt,
  type AttemptFolder,
} from './attempt-folder.ts';
import { pause } from './clock.ts';
import { messageOf, saysDiskFull, type StopReason } from './failure.ts';
import { HeldAttempt, type AttemptPlace } from './held.ts';
import type { HeldDeps } from './held-parts.ts';
import type { Welcome } from './link.ts';

export interface AttemptsDeps extends HeldDeps {
  readonly slots: number;
  /** Why nothing can be taken now; `null`: it can. */
  readonly trouble: HeldDeps['trouble'];
}

/** What the coordinator says of single attempts. */
export type AttemptFrame = Extract<
  ToAgent,
  {
    type: 'assign' | 'cancel' | 'report_ack' | 'report_refused' | 'output_ack' | 'work_kept_ack';
  }
>;

export interface Attempts {
  holding(): Holding[];
  /** Attempts that still do something or have something to say. */
  readonly busy: boolean;
  welcome(frame: Welcome): void;
  receive(frame: AttemptFrame): void;
  /** The workshop is stopped, or goes on. */
  standStill(on: boolean): void;
  /** One attempt stands still for an urgent task, or goes on. */
  makeRoom(frame: Extract<ToAgent, { type: 'make_room' }>): void;
  /** So many at once, from now on; what is more goes on to its end. */
  setSlots(slots: number): void;
  /** The coordinator was heard. */
  heard(): void;
  /** Where an attempt that counts works; `null`: it is not here, is being ended, or has no work tree yet. */
  placeOf(attemptId: AttemptId, fence: number): AttemptPlace | null;
  /** The link has room for output again. */
  pump(): void;
  /**
   * Takes nothing more. `stop`: ends all attempts, and resolves when all is reported or `graceMs` passed. `leave`: lets
   * them run; the next agent of this folder finds them.
   */
  close(how: { stop: boolean; graceMs: number }): Promise<void>;
}

/** Finds what an earlier agent of the folder left; call before the coordinator is spoken to. */
export async function openAttempts(deps: AttemptsDeps): Promise<Attempts> {
  const attempts = new AgentAttempts(deps);
  await attempts.recover();
  return attempts;
}

/** What processes get to tidy up when the agent is shut down: the whole machine may wait for it. */
const SHUTDOWN_GRACE_MS = 1_500;
/** How long an assignment waits for room on a full disk, and how often it looks. */
const ROOM_WAIT_MS = 5_000;
const ROOM_LOOK_MS = 100;

class AgentAttempts implements Attempts {
  private readonly deps: AttemptsDeps;
  private readonly held = new Map<AttemptId, HeldAttempt>();
  /** Assignments that are being written to disk; `false`: cancelled meanwhile. */
  private readonly taking = new Map<AttemptId, boolean>();
  private closing = false;
  /** The workshop is stopped. */
  private isStill = false;
  private slots: number;

  constructor(deps: AttemptsDeps) {
    this.deps = deps;
    this.slots = deps.slots;
  }

  get busy(): boolean {
    return this.held.size > 0;
  }

  holding(): Holding[] {
    return [...this.held.values()].map(({ holding }) => holding);
  }

  async recover(): Promise<void> {
    const { dir, log, workspaces } = this.deps;
    for (const { id, record } of await findAttempts(dir)) {
      const folder = attemptFolder(dir, id);
      if (!record) {
        log.warn({ attempt: id }, 'what is left of an attempt cannot be read, and is removed');
        await removeAttempt(folder);
        continue;
      }
      const { taskId, repo, branch } = record.spec;
      if (record.tree) await workspaces.adopt({ attemptId: id, taskId, repoKey: repo.key, branch });
      const held = await HeldAttempt.find(this.deps, folder, record);
      this.keep(held);
      log.info({ attempt: id }, 'attempt found again');
    }
    await workspaces.open();
    for (const held of this.held.values()) held.goOn();
  }

  welcome({ attempts, over, standStill, makingRoom = [], slots }: Welcome): void {
    const counting = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
    const ended = new Map(over.map((attempt) => [attempt.attemptId, attempt]));
    for (const held of this.held.values()) {
      const { attemptId, fence } = held;
      const known = counting.get(attemptId);
      const past = ended.get(attemptId);
      held.welcomed(
        known?.fence === fence ? known : undefined,
        past?.fence === fence ? past : undefined,
      );
    }
    this.standStill(standStill === true);
    for (const held of this.held.values())
      held.standStill('urgent', makingRoom.includes(held.attemptId));
    this.slots = slots ?? this.deps.slots;
  }

  receive(frame: AttemptFrame): void {
    if (frame.type === 'assign') {
      void this.assign(frame.spec);
      return;
    }
    const held = this.held.get(frame.attemptId);
    if (!held) {
      if (frame.type === 'cancel' && this.taking.has(frame.attemptId))
        this.taking.set(frame.attemptId, false);
      return;
    }
    switch (frame.type) {
      case 'cancel':
        if (frame.fence === held.fence) held.cancelled(frame);
        return;
      case 'report_ack':
        return held.acked(frame.seq);
      case 'report_refused':
        this.deps.log.warn(
          { attempt: frame.attemptId, code: frame.code },
          `a report was refused: ${frame.message}`,
        );
        return held.refused(frame.message);
      case 'output_ack':
        return held.outputAcked(frame);
      case 'work_kept_ack':
        return held.workKept();
    }
  }

  standStill(on: boolean): void {
    this.isStill = on;
    for (const held of this.held.values()) held.standStill('emergency', on);
  }

  makeRoom({ attemptId, fence, on }: Extract<ToAgent, { type: 'make_room' }>): void {
    const held = this.held.get(attemptId);
    if (held?.fence === fence) held.standStill('urgent', on);
  }

  setSlots(slots: number): void {
    this.slots = slots;
  }

  heard(): void {
    for (const held of this.held.values()) held.lease();
  }

  placeOf(attemptId: AttemptId, fence: number): AttemptPlace | null {
    const held = this.held.get(attemptId);
    return held?.fence === fence ? held.place : null;
  }

  pump(): void {
    for (const held of this.held.values()) held.pump();
  }

  async close({ stop, graceMs }: { stop: boolean; graceMs: number }): Promise<void> {
    this.closing = true;
    const all = [...this.held.values()];
    if (stop) {
      this.stopAll('shutdown', 'the agent was stopped');
      await this.within(graceMs, Promise.all(all.map(({ gone }) => gone)));
    }
    for (const held of all) held.leave();
    await Promise.all(all.map(({ gone }) => gone));
  }

  private stopAll(reason: StopReason, message: string): void {
    for (const held of this.held.values())
      if (held.isWorking) held.stop(reason, message, SHUTDOWN_GRACE_MS);
  }

  private async within(ms: number, work: Promise<unknown>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.deps.clock.after(ms, resolve);
    await Promise.race([work, late]);
    cancel();
  }

  private async assign(spec: AttemptSpec): Promise<void> {
    const { log } = this.deps;
    const { attemptId, fence } = spec;
    const same = this.held.get(attemptId);
    // Offered again because no report had arrived yet; they are on their way.
    if (same?.fence === fence || this.taking.has(attemptId)) return;
    const why = this.whyNot();
    if (why !== null) return this.decline(spec, why);
    const before = [...this.held.values()].filter((held) => held.taskId === spec.taskId);
    for (const held of before) held.stop('fenced', 'a newer attempt of the task came', 0);
    const folder = attemptFolder(this.deps.dir, attemptId);
    this.taking.set(attemptId, true);
    try {
      const held = await this.take(folder, spec);
      // Over before it began, and nobody waits for anything of it.
      if (this.taking.get(attemptId) === false) return await removeAttempt(folder);
      log.info({ attempt: attemptId }, 'attempt taken');
      this.keep(held);
      if (this.isStill) held.standStill('emergency', true);
      held.begin(before.map(({ gone }) => gone));
    } catch (error) {
      await removeAttempt(folder).catch(() => {});
      this.decline(spec, `it cannot be written to disk: ${messageOf(error)}`);
    } finally {
      this.taking.delete(attemptId);
    }
  }

  /** On a full disk, waits a little: what an ended attempt filled it with may be on its way out. */
  private async take(folder: AttemptFolder, spec: AttemptSpec): Promise<HeldAttempt> {
    const { clock } = this.deps;
    const until = clock.monotonic() + ROOM_WAIT_MS;
    for (;;) {
      try {
        await rm(folder.dir, { recursive: true, force: true });
        return await HeldAttempt.take(this.deps, folder, spec);
      } catch (error) {
        if (!saysDiskFull(messageOf(error)) || clock.monotonic() >= until) throw error;
        await pause(clock, ROOM_LOOK_MS);
      }
    }
  }

  private whyNot(): string | null {
    const { slots } = this;
    if (this.closing) return 'the agent is shutting down';
    const working = [...this.held.values()].filter(
      ({ isWorking, still }) => isWorking && !still.makesRoom,
    ).length;
    return working + this.taking.size >= slots ? `all ${slots} slots are taken` : null;
  }

  private decline({ attemptId, fence }: AttemptSpec, why: string): void {
    this.deps.log.warn({ attempt: attemptId, why }, 'declined an attempt');
    this.deps.link.send({ type: 'declined', attemptId, fence, why });
  }

  /** `gone` is set anew when it begins or goes on; it is looked at then. */
  private keep(held: HeldAttempt): void {
    this.held.set(held.attemptId, held);
    held.onGone = () => {
      if (this.held.get(held.attemptId) === held) this.held.delete(held.attemptId);
    };
  }
}
