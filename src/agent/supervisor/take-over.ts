/**
 * What lets an attempt stand still besides its lease: people, the emergency stop, and urgent tasks that need its slot, all over
 * a socket of its own.
 *
 * Taking it over: an agent asks that the attempt stands still while a person works in its tree, for as long as the connection
 * lasts. So an agent that dies hands it back without a word, and one that finds no such socket has found a supervisor of an
 * older build.
 *
 *   agent                              supervisor
 *   take_over (by whom)              →
 *                                    ← taken | refused (why)
 *   (closes the connection)          →  the attempt goes on
 *
 * The emergency stop and the need of an urgent task are said over a connection that lasts as long as the answer takes, and holds until the opposite is said:
 * an agent that dies changes nothing of it.
 *
 *   stand_still (on or not, why)     →
 *                                    ← done
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import type { Phase } from '../../shared/domain/attempt.ts';
import { openChannel, type Channel } from './channel.ts';
import type { Pauser } from './pauser.ts';

export const AskTakeOver = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('take_over'), by: z.string() }),
  z.strictObject({
    type: z.literal('stand_still'),
    on: z.boolean(),
    /** An urgent task needs its slot; left out: the emergency stop. */
    why: z.literal('urgent').optional(),
  }),
]);
export type AskTakeOver = z.infer<typeof AskTakeOver>;

/** The relay of an attempt: on no disk, and good for nobody but who works in its tree. */
export const LocalModels = z.strictObject({ address: z.string(), key: z.string() });
export type LocalModels = z.infer<typeof LocalModels>;

export const TakeOverAnswer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('taken'),
    /** The attempt's way to models, for the engine's own session; left out where it has none. */
    models: LocalModels.optional(),
  }),
  z.strictObject({ type: z.literal('refused'), why: z.string() }),
  z.strictObject({ type: z.literal('done') }),
]);
export type TakeOverAnswer = z.infer<typeof TakeOverAnswer>;

/** What the steps of an attempt ask before they do something. */
export interface Gate {
  /** A step begins. Waits while the attempt is taken over or stands still. @throws the signal's reason */
  step(phase: Phase, signal: AbortSignal): Promise<void>;
  /** Waits while the attempt is taken over or stands still. @throws the signal's reason */
  open(signal: AbortSignal): Promise<void>;
  /** How many times it was taken over: what was seen of the tree before counts no more when this has grown. */
  times(): number;
}

export interface TakeOvers {
  readonly gate: Gate;
  /** Waits while the workshop is stopped. @throws the signal's reason */
  goesOn(signal: AbortSignal): Promise<void>;
  /** Ends the one that is under way, and takes no more. */
  close(): Promise<void>;
}

/** In these steps only commands run, which can stand still at any moment; the others are waited for. */
const CAN_STOP: ReadonlySet<Phase | null> = new Set<Phase>(['implement', 'test']);
const TOO_EARLY = 'its work tree is not there yet; try again in a moment';
const TOO_LATE = 'its change is being handed in; see it in the review, and send it back if need be';
const WHY_NOT: Partial<Record<Phase, string>> = {
  prepare: TOO_EARLY,
  push: TOO_LATE,
  report: TOO_LATE,
};

/** Listens; resolves when an agent can connect. @param models for those who take over */
export async function openTakeOvers(
  path: string,
  pauser: Pauser,
  models: LocalModels | null,
): Promise<TakeOvers> {
  const state = new State(pauser, models && { address: models.address, key: models.key });
  const server = createServer((socket) => state.connected(socket));
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  return {
    gate: state,
    goesOn: async (signal) => await state.goesOn(signal),
    async close() {
      state.close();
      server.close();
      await rm(path, { force: true });
    },
  };
}

class State implements Gate {
  private readonly pauser: Pauser;
  private readonly models: LocalModels | null;
  private phase: Phase | null = null;
  /** By the emergency stop, or for an urgent task. */
  private isStill = false;
  private holder: Channel<TakeOverAnswer> | null = null;
  /** It asked, and waits for the step to end. */
  private waits: (() => void) | null = null;
  private count = 0;
  private waiters: (() => void)[] = [];

  constructor(pauser: Pauser, models: LocalModels | null) {
    this.pauser = pauser;
    this.models = models;
  }

  async step(phase: Phase, signal: AbortSignal): Promise<void> {
    await this.goesOn(signal);
    // The change that was committed is what is handed in.
    if (phase !== 'push' && phase !== 'report') {
      this.waits?.();
      await this.open(signal);
    }
    this.phase = phase;
    const why = WHY_NOT[phase];
    if (why !== undefined) this.refuse(why);
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.waitWhile(() => this.holder !== null || this.isStill, signal);
  }

  async goesOn(signal: AbortSignal): Promise<void> {
    await this.waitWhile(() => this.isStill, signal);
  }

  private async waitWhile(isClosed: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (isClosed()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.waiters.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      signal.throwIfAborted();
    }
  }

  times(): number {
    return this.count;
  }

  connected(socket: Socket): void {
    const channel: Channel<TakeOverAnswer> = openChannel(
      socket,
      AskTakeOver,
      (ask) => {
        if (ask.type === 'take_over') this.asked(channel, ask.by);
        else void this.standStill(channel, ask);
      },
      () => this.ended(channel),
    );
  }

  close(): void {
    this.phase = 'report';
    this.holder?.close();
  }

  private asked(channel: Channel<TakeOverAnswer>, by: string): void {
    const why =
      this.phase === null
        ? TOO_EARLY
        : (WHY_NOT[this.phase] ?? (this.holder ? 'somebody has taken it over already' : null));
    if (why !== null) return void channel.send({ type: 'refused', why });
    this.holder = channel;
    if (CAN_STOP.has(this.phase)) return void this.take(channel, by);
    this.waits = () => {
      this.waits = null;
      void this.take(channel, by);
    };
  }

  private async standStill(
    channel: Channel<TakeOverAnswer>,
    { on, why }: Extract<AskTakeOver, { type: 'stand_still' }>,
  ): Promise<void> {
    this.isStill = on;
    if (on) await this.pauser.pause({ why: why ?? 'emergency' });
    else for (const each of ['urgent', 'emergency'] as const) await this.pauser.resume(each);
    this.wake();
    channel.send({ type: 'done' });
  }

  private async take(channel: Channel<TakeOverAnswer>, by: string): Promise<void> {
    this.count += 1;
    await this.pauser.pause({ why: 'taken_over', by });
    if (this.holder === channel)
      channel.send({ type: 'taken', ...(this.models && { models: this.models }) });
  }

  /** Of one that waits for the end of a step after which there is nothing to take over any more. */
  private refuse(why: string): void {
    if (!this.waits) return;
    this.waits = null;
    const { holder } = this;
    this.holder = null;
    holder?.send({ type: 'refused', why });
  }

  private ended(channel: Channel<TakeOverAnswer>): void {
    if (this.holder !== channel) return;
    this.waits = null;
    void this.release();
  }

  private async release(): Promise<void> {
    await this.pauser.resume('taken_over');
    this.holder = null;
    this.wake();
  }

  /** Whoever waits looks again whether it may go on. */
  private wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}
