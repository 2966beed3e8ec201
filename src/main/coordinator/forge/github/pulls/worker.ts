/**
 * Does work by key: one run at a time for each key, several keys at once. A key that is woken while it runs, runs once more; one
 * that runs too often waits. What a run answers is when it wants to run again. No work is kept here: whoever starts it wakes
 * every key that has some.
 */
import type { Clock } from '../../../../../shared/clock.ts';

export interface WorkerOptions<K> {
  readonly clock: Clock;
  /** @returns ms until the next run by itself; `null`: when it is woken. */
  readonly run: (key: K) => Promise<number | null>;
  /** Between the end of a key's run and its next, ms. */
  readonly gapMs: number;
  readonly atOnce: number;
  /** A run threw: a bug. It runs again after `againMs`. */
  readonly onError: (error: unknown, key: K) => void;
  readonly againMs: number;
}

export interface Worker<K> {
  /** It runs as soon as it may. */
  wake(key: K): void;
  /** As `wake`; resolves when a run that began after this has ended, or the worker was closed. */
  ran(key: K): Promise<void>;
  /** Nothing is under way or waits to start at once; what waits for a time does not count. */
  idle(): Promise<void>;
  /** Starts nothing more, and waits for what is under way. */
  close(): Promise<void>;
}

interface Lane {
  isRunning: boolean;
  isReady: boolean;
  isWanted: boolean;
  /** Monotonic ms. */
  endedAt: number;
  due: { readonly at: number; readonly cancel: () => void } | null;
  waiting: (() => void)[];
}

export function createWorker<K>(options: WorkerOptions<K>): Worker<K> {
  return new Lanes(options);
}

/** Lanes that only remember when they ran last are forgotten beyond this. */
const MOST_LANES = 1_000;

class Lanes<K> implements Worker<K> {
  readonly #options: WorkerOptions<K>;
  readonly #lanes = new Map<K, Lane>();
  readonly #ready: K[] = [];
  #idlers: (() => void)[] = [];
  #running = 0;
  #isClosed = false;

  constructor(options: WorkerOptions<K>) {
    this.#options = options;
  }

  wake(key: K): void {
    if (this.#isClosed) return;
    const { clock, gapMs } = this.#options;
    const lane = this.#laneOf(key);
    if (lane.isRunning) lane.isWanted = true;
    else this.#schedule(key, lane, Math.max(0, lane.endedAt + gapMs - clock.monotonic()));
  }

  async ran(key: K): Promise<void> {
    if (this.#isClosed) return;
    const lane = this.#laneOf(key);
    const done = new Promise<void>((resolve) => lane.waiting.push(resolve));
    this.wake(key);
    await done;
  }

  async idle(): Promise<void> {
    if (this.#running === 0 && this.#ready.length === 0) return;
    await new Promise<void>((resolve) => this.#idlers.push(resolve));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { due } of this.#lanes.values()) due?.cancel();
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idlers.push(resolve));
    for (const { waiting } of this.#lanes.values()) for (const tell of waiting) tell();
  }

  #laneOf(key: K): Lane {
    const known = this.#lanes.get(key);
    if (known) return known;
    const endedAt = Number.NEGATIVE_INFINITY;
    const state = { isRunning: false, isReady: false, isWanted: false };
    const lane: Lane = { ...state, endedAt, due: null, waiting: [] };
    this.#lanes.set(key, lane);
    return lane;
  }

  #schedule(key: K, lane: Lane, ms: number): void {
    const { clock } = this.#options;
    if (this.#isClosed || lane.isReady) return;
    const at = clock.monotonic() + ms;
    if (lane.due && lane.due.at <= at) return;
    lane.due?.cancel();
    lane.due = null;
    if (ms <= 0) return this.#enqueue(key, lane);
    const cancel = clock.after(ms, () => {
      lane.due = null;
      this.#enqueue(key, lane);
    });
    lane.due = { at, cancel };
  }

  #enqueue(key: K, lane: Lane): void {
    lane.isReady = true;
    this.#ready.push(key);
    this.#pump();
  }

  #pump(): void {
    while (!this.#isClosed && this.#running < this.#options.atOnce) {
      const key = this.#ready.shift();
      if (key === undefined) break;
      this.#running++;
      void this.#work(key, this.#laneOf(key));
    }
    if (this.#running > 0 || (this.#ready.length > 0 && !this.#isClosed)) return;
    const told = this.#idlers;
    this.#idlers = [];
    for (const tell of told) tell();
  }

  async #work(key: K, lane: Lane): Promise<void> {
    const { run, onError, againMs, clock, gapMs } = this.#options;
    Object.assign(lane, { isRunning: true, isReady: false, isWanted: false });
    const told = lane.waiting;
    lane.waiting = [];
    let next: number | null;
    try {
      next = await run(key);
    } catch (error) {
      onError(error, key);
      next = againMs;
    }
    lane.isRunning = false;
    lane.endedAt = clock.monotonic();
    this.#running--;
    for (const tell of told) tell();
    if (lane.isWanted || lane.waiting.length > 0) this.wake(key);
    else if (next !== null) this.#schedule(key, lane, Math.max(next, gapMs));
    else this.#forget();
    this.#pump();
  }

  /** Of keys that are done with, only the time of their last run is worth keeping, and not for long. */
  #forget(): void {
    if (this.#lanes.size <= MOST_LANES) return;
    const old = this.#options.clock.monotonic() - this.#options.gapMs;
    for (const [key, { isRunning, isReady, due, endedAt }] of this.#lanes)
      if (!isRunning && !isReady && due === null && endedAt <= old) this.#lanes.delete(key);
  }
}
