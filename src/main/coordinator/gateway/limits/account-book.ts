/**
 * What is known of one account: its windows, how many calls run, how many may at once, and whether it is to be left alone for
 * a while. Where no header tells a limit, the number at once is found out: one more with each call that goes well, half with
 * each refusal. Times are of the monotonic clock in ms.
 */
import type { ModelAccount } from '../models/port.ts';
import { createBucket, type Bucket, type Reservation, type Load } from './bucket.ts';
import type { SeenLimits } from './read-headers.ts';

/** A call that left with an account. */
export interface Leave {
  readonly load: Load;
  readonly sentAt: number;
  readonly reservations: Map<Bucket, Reservation>;
}

export interface AccountBook {
  account: ModelAccount;
  readonly buckets: ReadonlyMap<string, Bucket>;
  running(): number;
  /** When a call may leave; `null`: when one that is under way is over. */
  opensAt(load: Load, isUrgent: boolean, at: number): number | null;
  leave(load: Load, isUrgent: boolean, at: number): Leave;
  /** An answer began. @param now epoch ms, by the provider's clock */
  answered(leave: Leave, seen: SeenLimits, at: number, now: number): void;
  /** A call is over. @param used `null`: the provider did not take it */
  settle(leave: Leave, used: Load | null, at: number): void;
  /** It was refused for a limit. @param until when that is over, if it was said */
  limited(leave: Leave, until: number | null, at: number): void;
  pause(until: number): void;
  /** When something can leave again, whatever it is; `null`: something can. */
  heldUntil(at: number): number | null;
  outlook(at: number): { readonly room: number; readonly toReset: number };
}

const FIRST_AT_ONCE = 4;
const MOST_AT_ONCE = 64;
/** Urgent calls find a place beyond those that may run. */
const URGENT_MORE = 2;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const LONGEST_HELD_MS = 8 * 24 * 3_600_000;
/** Windows that a provider no longer tells of are forgotten with the account; more than that no provider has. */
const MOST_WINDOWS = 16;

export function createAccountBook(account: ModelAccount): AccountBook {
  return new Book(account);
}

class Book implements AccountBook {
  account: ModelAccount;
  readonly buckets = new Map<string, Bucket>();
  readonly #open = new Set<Leave>();
  #atOnce = FIRST_AT_ONCE;
  #wasLimited = false;
  #lastCutAt = Number.NEGATIVE_INFINITY;
  #refusals = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(account: ModelAccount) {
    this.account = account;
  }

  running(): number {
    return this.#open.size;
  }

  opensAt(load: Load, isUrgent: boolean, at: number): number | null {
    if (this.#open.size >= this.#atOnce + (isUrgent ? URGENT_MORE : 0)) return null;
    let opens = Math.max(at, this.#pausedUntil);
    for (const bucket of this.buckets.values()) {
      opens = Math.max(opens, bucket.opensAt(load, isUrgent, at));
    }
    return opens;
  }

  leave(load: Load, isUrgent: boolean, at: number): Leave {
    const reservations = new Map<Bucket, Reservation>();
    for (const bucket of this.buckets.values())
      reservations.set(bucket, bucket.leave(load, isUrgent, at));
    const leave = { load, sentAt: at, reservations };
    this.#open.add(leave);
    return leave;
  }

  answered(leave: Leave, { windows, waitUntil }: SeenLimits, at: number, now: number): void {
    for (const seen of windows) {
      const known = this.buckets.get(seen.name);
      if (!known && this.buckets.size >= MOST_WINDOWS) continue;
      const bucket = known ?? createBucket(seen, at);
      bucket.see(seen, at, leave.sentAt, now);
      if (!known) this.#begin(bucket, at);
      const reservation = leave.reservations.get(bucket);
      if (reservation) bucket.cover(reservation, at);
    }
    if (waitUntil !== null) this.pause(at + Math.min(waitUntil - now, LONGEST_HELD_MS));
  }

  /** Known only now, it has to bear what all that run are still going to use. */
  #begin(bucket: Bucket, at: number): void {
    this.buckets.set(bucket.name, bucket);
    for (const { load, reservations } of this.#open)
      reservations.set(bucket, bucket.leave(load, true, at));
  }

  settle(leave: Leave, used: Load | null, at: number): void {
    this.#open.delete(leave);
    for (const [bucket, reservation] of leave.reservations) bucket.settle(reservation, used, at);
    if (!used) return;
    this.#refusals = 0;
    const step = this.#wasLimited ? 1 / this.#atOnce : 1;
    // Only who uses what there is learns whether there is more.
    if (this.#open.size + 2 >= this.#atOnce) {
      this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce + step);
    }
  }

  limited(leave: Leave, until: number | null, at: number): void {
    this.#wasLimited = true;
    // Those that left before the last cut met the same limit, and say nothing new.
    if (leave.sentAt >= this.#lastCutAt) {
      this.#atOnce = Math.max(1, Math.floor(this.#atOnce / 2));
      this.#lastCutAt = at;
      this.#refusals += 1;
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#refusals - 1), LONGEST_PAUSE_MS);
    this.pause(until === null ? at + pause : Math.min(until, at + LONGEST_HELD_MS));
  }

  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  heldUntil(at: number): number | null {
    let held = this.#pausedUntil;
    for (const bucket of this.buckets.values())
      held = Math.max(held, bucket.emptyUntil(at) ?? held);
    return held > at ? held : null;
  }

  outlook(at: number): { room: number; toReset: number } {
    let room = 1;
    let toReset = 1;
    let longest = 0;
    for (const bucket of this.buckets.values()) {
      const one = bucket.outlook(at);
      room = Math.min(room, one.room);
      if (one.lengthMs <= longest) continue;
      longest = one.lengthMs;
      toReset = one.toReset;
    }
    return { room, toReset };
  }
}
