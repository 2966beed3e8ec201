/**
 * How fast one account may ask GitHub, as its headers say and as its rules for integrators have it: nothing beyond the budget of a
 * resource, nothing during a pause that it asked for, ten reads at once, one write at a time and a second between two.
 * Whoever would have to wait longer than they have patience for is told at once.
 */
import type { Clock } from '../../../../../shared/clock.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { problem, type GitHubProblem } from './problem.ts';

/** A pause or a reset further away than this is told, and never waited for. */
export const LONGEST_WAIT_MS = 15 * 60_000;
const READS_AT_ONCE = 10;
const BETWEEN_WRITES_MS = 1_000;
/** GitHub's clock and ours differ by a little. */
const SLACK_MS = 1_000;

export interface Wish {
  /** `core`, `graphql`, `search`. */
  readonly resource: string;
  readonly isWrite: boolean;
  readonly isUrgent: boolean;
  /** At most so long for a limit to pass, in ms. */
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface ResourceBudget {
  readonly resource: string;
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Epoch ms. */
  readonly resetAt: number;
  readonly waiting: number;
  readonly pausedUntil: number | null;
}

export interface Limits {
  /** Resolves when it is this request's turn; what it gives must be called when its answer is there. */
  turn(wish: Wish): Promise<Result<() => void, GitHubProblem>>;
  /** Learns from the headers of any answer. @param resource what was asked for, where they do not say */
  observe(headers: Headers, resource: string): void;
  /** GitHub asked for a pause: of everything, or of one resource. @param until epoch ms */
  pause(until: number, resource: string | null): void;
  budgets(): readonly ResourceBudget[];
  /** Ends all that wait. */
  close(): void;
}

interface Job {
  readonly wish: Wish;
  /** By the monotonic clock. */
  readonly since: number;
  start(): void;
  refuse(why: GitHubProblem): void;
}

interface Known {
  limit: number;
  remaining: number;
  used: number;
  resetAt: number;
}

/** By the monotonic clock: what was told as a time of day holds for as long as it was meant to, however this PC's clock is set. */
interface Timed extends Known {
  readonly resetsAt: number;
}

/** GitHub's budgets are of an hour; one that ends later is told by clocks that differ. */
const LONGEST_BUDGET_MS = 61 * 60_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** @param host to name it in sentences */
export function createLimits(clock: Clock, host: string): Limits {
  return new AccountLimits(clock, host);
}

class AccountLimits implements Limits {
  readonly #clock: Clock;
  readonly #host: string;
  readonly #known = new Map<string, Timed>();
  /** Until when, by the monotonic clock; under `null`: everything. */
  readonly #paused = new Map<string | null, number>();
  readonly #underWay = new Map<string, number>();
  #jobs: Job[] = [];
  #reads = 0;
  #isWriting = false;
  /** By the monotonic clock. */
  #nextWriteAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, host: string) {
    this.#clock = clock;
    this.#host = host;
  }

  async turn(wish: Wish): ReturnType<Limits['turn']> {
    if (this.#isClosed || wish.signal?.aborted === true) return fail(stopped());
    return await new Promise<Result<() => void, GitHubProblem>>((resolve) => {
      const leave = (): void => job.refuse(stopped());
      const end = (): void => {
        wish.signal?.removeEventListener('abort', leave);
        this.#jobs = this.#jobs.filter((one) => one !== job);
      };
      const job: Job = {
        wish,
        since: this.#clock.monotonic(),
        start: () => {
          end();
          resolve(ok(this.#begin(wish)));
        },
        refuse: (why) => {
          end();
          resolve(fail(why));
        },
      };
      wish.signal?.addEventListener('abort', leave);
      this.#jobs.push(job);
      this.#work();
    });
  }

  observe(headers: Headers, resource: string): void {
    const budget = readBudget(headers, resource);
    if (!budget) return;
    const before = this.#known.get(budget.resource);
    // Answers overtake each other: within one hour what is left only shrinks.
    const isOlder = before?.resetAt === budget.resetAt && before.remaining < budget.remaining;
    if (isOlder) return;
    const resetsAt = this.#after(budget.resetAt, LONGEST_BUDGET_MS);
    this.#known.set(budget.resource, { ...budget, resetsAt });
  }

  pause(until: number, resource: string | null): void {
    const at = this.#after(until, LONGEST_PAUSE_MS);
    this.#paused.set(resource, Math.max(at, this.#pauseOf(resource)));
    this.#work();
  }

  budgets(): readonly ResourceBudget[] {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    return [...this.#known].map(([resource, { limit, remaining, used, resetAt, resetsAt }]) => {
      const left = resetsAt <= monotonic ? { remaining: limit, used: 0 } : { remaining, used };
      const pause = this.#pauseOf(resource) - monotonic;
      const waiting = this.#jobs.filter(({ wish }) => wish.resource === resource).length;
      const pausedUntil = pause > 0 ? now + pause : null;
      return { resource, limit, ...left, resetAt, waiting, pausedUntil };
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const job of this.#jobs) job.refuse(stopped());
  }

  #pauseOf(resource: string | null): number {
    const never = Number.NEGATIVE_INFINITY;
    const one = resource === null ? never : (this.#paused.get(resource) ?? never);
    return Math.max(this.#paused.get(null) ?? never, one);
  }

  /** A time of day (epoch ms) by the monotonic clock. */
  #after(time: number, mostMs: number): number {
    const inMs = Math.min(Math.max(0, time - this.#clock.now()), mostMs);
    return this.#clock.monotonic() + inMs;
  }

  /** How long until the limits let a request through, in ms. */
  #freeIn(resource: string): number {
    const now = this.#clock.monotonic();
    const budget = this.#known.get(resource);
    const left = (budget?.remaining ?? 1) - (this.#underWay.get(resource) ?? 0);
    const isSpent = budget !== undefined && left <= 0 && budget.resetsAt > now;
    const reset = isSpent ? budget.resetsAt + SLACK_MS - now : 0;
    return Math.max(0, this.#pauseOf(resource) - now, reset);
  }

  #begin({ resource, isWrite }: Wish): () => void {
    if (isWrite) this.#isWriting = true;
    else this.#reads += 1;
    this.#underWay.set(resource, (this.#underWay.get(resource) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay.set(resource, (this.#underWay.get(resource) ?? 1) - 1);
      if (isWrite) {
        this.#isWriting = false;
        this.#nextWriteAt = this.#clock.monotonic() + BETWEEN_WRITES_MS;
      } else {
        this.#reads -= 1;
      }
      this.#work();
    };
  }

  /** How long a job must still wait, in ms; `null`: until another one ends. */
  #waitOf({ wish }: Job): number | null {
    const free = this.#freeIn(wish.resource);
    if (free > 0) return free;
    if (!wish.isWrite) return this.#reads < READS_AT_ONCE ? 0 : null;
    return this.#isWriting ? null : Math.max(0, this.#nextWriteAt - this.#clock.monotonic());
  }

  /** Starts all whose turn it is, urgent ones first, and looks again when the next one's comes. */
  #work(): void {
    if (this.#isClosed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#refuseTheImpatient();
    let soonest = Number.POSITIVE_INFINITY;
    const inOrder = [...this.#jobs.filter(isUrgent), ...this.#jobs.filter((one) => !isUrgent(one))];
    for (const job of inOrder) {
      const wait = this.#waitOf(job);
      if (wait === 0) job.start();
      else if (wait !== null) soonest = Math.min(soonest, wait);
    }
    if (soonest < Number.POSITIVE_INFINITY)
      this.#cancelTimer = this.#clock.after(soonest, () => this.#work());
  }

  #refuseTheImpatient(): void {
    for (const job of [...this.#jobs]) {
      const free = this.#freeIn(job.wish.resource);
      const patience = Math.min(job.wish.patienceMs, LONGEST_WAIT_MS);
      const waited = this.#clock.monotonic() - job.since;
      if (free > 0 && waited + free > patience)
        job.refuse(tooLong(this.#host, this.#clock.now() + free));
    }
  }
}

function isUrgent({ wish }: Job): boolean {
  return wish.isUrgent;
}

function readBudget(
  headers: Headers,
  resource: string,
): (Known & { resource: string }) | undefined {
  const number = (name: string): number => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining, reset] = [number('limit'), number('remaining'), number('reset')];
  if (![limit, remaining, reset].every(Number.isFinite)) return undefined;
  const used = number('used');
  return {
    resource: headers.get('x-ratelimit-resource') ?? resource,
    limit,
    remaining,
    used: Number.isFinite(used) ? used : limit - remaining,
    resetAt: reset * 1_000,
  };
}

function tooLong(host: string, at: number): GitHubProblem {
  const time = new Date(at).toISOString().slice(11, 16);
  const message = `${host} takes nothing more of this account until ${time} UTC. What waits for it goes on by itself then`;
  return problem('rate_limited', message, { retryAt: at });
}

function stopped(): GitHubProblem {
  return problem('aborted', 'the request was stopped before it was sent');
}
