/** The running replay of a recording: lets output through when its time has come. A part of the player. */
import type { StoreApi } from 'zustand/vanilla';
import { byteQueue, type ByteQueue } from './byte-queue.ts';
import type { PlayerDeps, PlayerState } from './player-state.ts';
import { inputFor } from './recorded.ts';
import { advance, offsetAt, placeAt, type Place } from './replay.ts';

export interface Replayer {
  start(from: Place): void;
  play(): void;
  pause(): void;
  /** Ends it: what comes is not taken any more. */
  stop(): void;
}

export interface ReplayEnds {
  /** Everything before `offset` was given to the screen. */
  reached(offset: number): void;
  /** It has caught up with what is recorded. */
  atEnd(): void;
}

export function createReplayer(
  deps: PlayerDeps,
  state: StoreApi<PlayerState>,
  ends: ReplayEnds,
): Replayer {
  return new RunningReplay(deps, state, ends);
}

/** With fewer places ahead, the next page is asked for; not while so much is to be shown before. */
const AHEAD_PLACES = 500;
const AHEAD_BYTES = 2 * 1024 * 1024;
/** After a pause of the page (it was hidden, it was busy) a replay goes on where it was, not where it would be. */
const LONGEST_FRAME_MS = 250;

class RunningReplay implements Replayer {
  readonly #deps: PlayerDeps;
  readonly #state: StoreApi<PlayerState>;
  readonly #ends: ReplayEnds;
  #places: Place[] = [];
  /** From where the next page of places is; `null`: these are all. */
  #nextPage: number | null = null;
  #isAsking = false;
  #queue: ByteQueue = byteQueue(0);
  #given = 0;
  #at = 0;
  #tickedAt = 0;
  #turn = 0;
  #stopWatch = (): void => {};
  #cancelFrame = (): void => {};

  constructor(deps: PlayerDeps, state: StoreApi<PlayerState>, ends: ReplayEnds) {
    this.#deps = deps;
    this.#state = state;
    this.#ends = ends;
  }

  start(from: Place): void {
    this.stop();
    const { outputs, attemptId } = this.#deps;
    this.#places = [from];
    this.#nextPage = from.offset;
    this.#queue = byteQueue(from.offset);
    this.#given = from.offset;
    this.#at = from.at;
    const queue = this.#queue;
    this.#stopWatch = outputs.watch(
      attemptId,
      'terminal',
      { onBytes: (bytes, done) => queue.push({ bytes, done }), onEnd: () => {} },
      from.offset,
    );
    this.play();
  }

  play(): void {
    this.#state.setState({ isPlaying: true });
    this.#tickedAt = this.#deps.clock.monotonic();
    this.#nextTick();
  }

  pause(): void {
    this.#cancelFrame();
    this.#state.setState({ isPlaying: false });
  }

  stop(): void {
    this.#turn += 1;
    this.#isAsking = false;
    this.#cancelFrame();
    this.#stopWatch();
    this.#stopWatch = () => {};
  }

  #nextTick(): void {
    this.#cancelFrame();
    this.#cancelFrame = this.#deps.nextFrame(() => this.#tick());
  }

  #tick(): void {
    const now = this.#deps.clock.monotonic();
    const ms = Math.min(LONGEST_FRAME_MS, now - this.#tickedAt);
    this.#tickedAt = now;
    const last = this.#places.at(-1);
    const { speed, skipsIdle } = this.#state.getState();
    const wanted = advance(this.#places, this.#at, ms, { speed, skipsIdle });
    // Beyond the last place that is known there is more to come, or nothing.
    this.#at = last ? Math.min(wanted, last.at) : this.#at;
    this.#give(offsetAt(this.#places, this.#at) ?? this.#given);
    this.#state.setState({ at: this.#at });
    this.#fetchPlaces();
    const isOver = this.#nextPage === null && last !== undefined && this.#given >= last.offset;
    if (isOver) this.#ends.atEnd();
    else this.#nextTick();
  }

  #give(offset: number): void {
    for (const { bytes, done } of this.#queue.takeTo(offset)) {
      this.#given += bytes.length;
      this.#deps.screen.onBytes(bytes, done);
    }
    this.#ends.reached(this.#given);
  }

  #fetchPlaces(): void {
    const here = placeAt(this.#places, this.#at);
    if (this.#nextPage === null || this.#isAsking) return;
    if (this.#places.length - here > AHEAD_PLACES) return;
    if ((this.#places.at(-1)?.offset ?? 0) - this.#given > AHEAD_BYTES) return;
    const { api, attemptId, takeOver } = this.#deps;
    const [turn, from] = [this.#turn, this.#nextPage];
    this.#isAsking = true;
    void api.call('terminal.pace', { ...inputFor(attemptId, takeOver), from }).then((answer) => {
      if (turn !== this.#turn) return;
      this.#isAsking = false;
      // Asked again with the next frame, until the connection is back.
      if (!answer.ok) return;
      const { places, next } = answer.value;
      // What was shown is not needed again: a seek begins anew.
      this.#places = [...this.#places.slice(Math.max(0, here - 1)), ...places];
      this.#nextPage = next;
    });
  }
}
