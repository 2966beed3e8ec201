/**
 * One window of one account's limit: what the provider has left, as the headers of its answers tell, less all that was sent
 * since. Whatever may or may not be in the provider's figure already is taken off once more, so what is let out is never more
 * than what is left. Times are of the monotonic clock in ms: a reset told as a time of day holds for as long as it was meant to.
 */
import type { LimitWindow } from '../models/port.ts';
import {
  msPerUnit,
  newPace,
  paceBegun,
  paceLeft,
  paceOpensAt,
  paceSettled,
  predictedUse,
  type Stand,
} from './pacing.ts';
import type { SeenWindow } from './read-headers.ts';
import { createUses } from './uses.ts';

/** What a call takes of a provider, in tokens; `cached` is read from its cache. */
export interface Load {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** What a call takes of one window: when the provider accepts it, and by the time it is over. */
interface Size {
  readonly start: number;
  readonly end: number;
}

/** A call that left, as one window sees it. */
export interface Reservation {
  /** What is kept back for it. */
  kept: Size;
  /** How long a unit of it took of the time. */
  readonly paidPerUnit: number;
  /** An answer told what is left with its beginning counted in. */
  isCovered: boolean;
}

export interface Bucket {
  readonly name: string;
  /** Learns. @param sentAt when the call left whose answer tells it @param now epoch ms, by the provider's clock */
  see(seen: SeenWindow, at: number, sentAt: number, now: number): void;
  /** When a call may leave; `at` itself: now. */
  opensAt(load: Load, isUrgent: boolean, at: number): number;
  leave(load: Load, isUrgent: boolean, at: number): Reservation;
  /** Its answer began, with headers that told of this window. */
  cover(reservation: Reservation, at: number): void;
  /** @param load what it used; `null`: the provider did not take it */
  settle(reservation: Reservation, load: Load | null, at: number): void;
  /** When something is left again; `null`: something is. */
  emptyUntil(at: number): number | null;
  /** Share that is free, and share of its time that is to come: 0 to 1. */
  outlook(at: number): {
    readonly room: number;
    readonly toReset: number;
    readonly lengthMs: number;
  };
  /** Use at the reset if it goes on like this: 1 is all of it. */
  predicted(at: number): number;
  /** What is kept back for calls under way; 0 when there are none. */
  reserved(): number;
  view(at: number, now: number): LimitWindow;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LENGTHS = [MINUTE, HOUR, 5 * HOUR, 24 * HOUR, 7 * 24 * HOUR] as const;
const LONGEST = 7 * 24 * HOUR;
/** Shares are told in whole percents: the last one and a half may be used already. */
const SHARE_LIMIT = 0.985;
/** Kept for urgent calls, so that they need not wait for the reset; of long windows less, as they are paced from the start. */
const URGENT_SHARE = 0.1;
const URGENT_SHARE_LONG = 0.02;
/** Resets that differ by less are the same one, told by clocks that differ. */
const SAME_RESET_MS = 1_500;
const COARSE_MS = 1_000;
const FINE_MS = 50;
/** Tokens that are written cost about five times those that are read; those of the cache a tenth. */
const OUTPUT_WORK = 5;
const CACHED_WORK = 0.1;
/** A share has to move so far before it says what a token comes to. */
const LEARN_FROM = 0.02;

export function createBucket(first: SeenWindow, at: number): Bucket {
  return new LearningBucket(first, at);
}

class LearningBucket implements Bucket {
  readonly name: string;
  readonly #unit: SeenWindow['unit'];
  #limit = 0;
  /** What is left with all known uses taken off, but not what is kept for calls under way; as of `#netAt`. */
  #net = 0;
  #netAt: number;
  #resetsAt: number;
  #lengthMs = MINUTE;
  #refills = false;
  /** When the call left whose answer was believed last. */
  #sentAt = Number.NEGATIVE_INFINITY;
  #told = { used: 0, at: Number.NEGATIVE_INFINITY };
  readonly #uses = createUses();
  #reserved = 0;
  #underWay = 0;
  #pace;
  /** Of shares: what one token comes to, and where counting began. */
  #perWork = 0;
  #work = 0;
  #anchor = { used: 0, work: 0 };

  constructor(first: SeenWindow, at: number) {
    this.name = first.name;
    this.#unit = first.unit;
    this.#netAt = at;
    this.#resetsAt = at;
    this.#pace = newPace(at);
  }

  see(seen: SeenWindow, at: number, sentAt: number, now: number): void {
    this.#advance(at);
    const wait = seen.resetAt === null ? MINUTE : Math.max(0, seen.resetAt - now);
    const resetsAt = at + Math.min(wait, LONGEST) + (seen.isCoarse ? COARSE_MS : FINE_MS);
    const isFirst = this.#limit === 0;
    const isNewer = resetsAt > this.#resetsAt + SAME_RESET_MS;
    const limit = seen.limit ?? SHARE_LIMIT;
    const remaining = seen.remaining ?? Math.max(0, SHARE_LIMIT - seen.used);
    if (!isFirst && sentAt < this.#sentAt && (this.#refills || !isNewer)) {
      // An answer that was overtaken. Within one window what is left only shrinks.
      if (!this.#refills) this.#net = Math.min(this.#net, remaining);
      return;
    }
    if (isNewer && !this.#refills) this.#pace = paceBegun(this.#pace, at);
    this.#learnKind(isFirst, resetsAt, seen, at);
    this.#learnLength(seen, limit - remaining, limit, wait);
    this.#uses.forgetUntil(sentAt);
    if (seen.unit === 'share') this.#learnShare(seen.used, isFirst || isNewer);
    this.#net = remaining - this.#uses.sum();
    this.#limit = limit;
    this.#netAt = at;
    this.#resetsAt = resetsAt;
    this.#sentAt = Math.max(sentAt, this.#sentAt);
    this.#told = { used: seen.used, at: resetsAt };
  }

  opensAt(load: Load, isUrgent: boolean, at: number): number {
    this.#advance(at);
    const size = this.#sizeOf(load);
    const back = isUrgent ? 0 : this.#urgentPart(at);
    // One that is larger than all there ever is goes when all of it is there.
    const need = Math.min(size.start + size.end, this.#limit - back);
    const lack = need + back - (this.#net - this.#reserved);
    if (lack > 1e-9) return this.#refills ? at + lack / this.#rate() : Math.max(this.#resetsAt, at);
    return isUrgent ? at : paceOpensAt(this.#pace, this.#stand(at), at);
  }

  leave(load: Load, isUrgent: boolean, at: number): Reservation {
    this.#advance(at);
    const kept = this.#sizeOf(load);
    const stand = this.#stand(at);
    const amount = kept.start + kept.end;
    this.#pace = paceLeft(this.#pace, stand, amount, !isUrgent, at);
    this.#reserved += amount;
    this.#underWay += 1;
    return { kept, isCovered: false, paidPerUnit: isUrgent ? 0 : msPerUnit(stand) };
  }

  cover(reservation: Reservation, at: number): void {
    if (reservation.isCovered) return;
    reservation.isCovered = true;
    this.#reserved -= reservation.kept.start;
    // A call that is under way beside it may have been counted first, and its answer come later: that does not know of this one.
    this.#uses.add(at, reservation.kept.start);
  }

  settle(reservation: Reservation, load: Load | null, at: number): void {
    this.#advance(at);
    this.#reserved -= reservation.kept.end + (reservation.isCovered ? 0 : reservation.kept.start);
    this.#underWay -= 1;
    // Sums of fractions leave crumbs.
    if (this.#underWay === 0) this.#reserved = 0;
    // Of one that was not taken, only the request may have been counted.
    const used = load ? this.#sizeOf(load) : { start: this.#unit === 'requests' ? 1 : 0, end: 0 };
    const open = used.end + (reservation.isCovered ? 0 : used.start);
    this.#net -= open;
    this.#uses.add(at, open);
    if (load) this.#work += workOf(load);
    const more = used.start + used.end - reservation.kept.start - reservation.kept.end;
    this.#pace = paceSettled(this.#pace, this.#stand(at), more, reservation.paidPerUnit);
  }

  emptyUntil(at: number): number | null {
    this.#advance(at);
    const least = this.#unit === 'share' ? 1e-3 : 1;
    if (this.#net >= least) return null;
    return this.#refills ? at + (least - this.#net) / this.#rate() : this.#resetsAt;
  }

  outlook(at: number): { room: number; toReset: number; lengthMs: number } {
    this.#advance(at);
    const room = clamp((this.#net - this.#reserved) / this.#limit);
    const toReset = clamp((this.#resetsAt - at) / this.#lengthMs);
    return { room, toReset, lengthMs: this.#lengthMs };
  }

  predicted(at: number): number {
    this.#advance(at);
    return predictedUse(this.#pace, this.#stand(at), at);
  }

  reserved(): number {
    return this.#reserved;
  }

  view(at: number, now: number): LimitWindow {
    this.#advance(at);
    const isShare = this.#unit === 'share';
    const left = Math.min(Math.max(0, this.#net), this.#limit);
    const used = isShare ? clamp(SHARE_LIMIT - this.#net) : clamp(1 - left / this.#limit);
    return {
      name: this.name,
      limit: isShare ? null : this.#limit,
      remaining: isShare ? null : Math.floor(left),
      used,
      resetAt: Math.round(now + Math.max(0, this.#resetsAt - at)),
    };
  }

  /** Lets time pass: what came back is added, and a window that is over begins anew. */
  #advance(at: number): void {
    if (this.#refills) {
      const came = Math.max(0, at - this.#netAt) * this.#rate();
      this.#net = Math.min(this.#limit, this.#net + came);
    } else if (this.#limit > 0 && at >= this.#resetsAt) {
      this.#net = this.#limit;
      this.#pace = paceBegun(this.#pace, at);
      this.#uses.forgetUntil(at);
      this.#anchor = { used: 0, work: this.#work };
      // The next window may have begun at the reset or begin with the next call: an answer will tell.
      const next = this.#resetsAt + this.#lengthMs;
      this.#resetsAt = next > at ? next : at + this.#lengthMs;
    }
    this.#netAt = Math.max(at, this.#netAt);
  }

  /** A reset that moves away while it has not come is that of a bucket that refills all the time: it says when it is full. */
  #learnKind(isFirst: boolean, resetsAt: number, seen: SeenWindow, at: number): void {
    // So near to its end a window may be over already by the provider's clock.
    if (isFirst || this.#told.at <= at + 2 * SAME_RESET_MS || seen.unit === 'share') return;
    const moved = Math.abs(resetsAt - this.#told.at);
    if (moved > SAME_RESET_MS) this.#refills = true;
    else if (moved < FINE_MS && Math.abs(seen.used - this.#told.used) > 0.01) this.#refills = false;
  }

  #learnLength(seen: SeenWindow, used: number, limit: number, wait: number): void {
    if (seen.lengthMs !== null) {
      this.#lengthMs = seen.lengthMs;
      return;
    }
    const share = used / limit;
    // Of one that refills, the reset is as far away as what was used is large; rounding makes that a guess.
    const whole = this.#refills && share > 0.05 ? (wait / share) * 0.8 : wait - COARSE_MS;
    const length = LENGTHS.find((one) => one >= whole) ?? LONGEST;
    this.#lengthMs = Math.max(this.#lengthMs, length);
  }

  #learnShare(used: number, isNew: boolean): void {
    if (isNew) this.#anchor = { used, work: this.#work };
    const moved = used - this.#anchor.used;
    const work = this.#work - this.#anchor.work;
    if (moved >= LEARN_FROM && work > 0) this.#perWork = moved / work;
  }

  #sizeOf(load: Load): Size {
    switch (this.#unit) {
      case 'requests':
        return { start: 1, end: 0 };
      case 'input':
        return { start: load.input, end: 0 };
      case 'output':
        return { start: 0, end: load.output };
      case 'tokens':
        return { start: load.input, end: load.output };
      case 'share': {
        const all = workOf(load) * this.#perWork;
        const end = load.output * OUTPUT_WORK * this.#perWork;
        return { start: all - end, end };
      }
    }
  }

  #stand(at: number): Stand {
    const room = this.#net - this.#reserved - (this.#refills ? this.#urgentPart(at) : 0);
    const refill = this.#refills ? this.#rate() : 0;
    const leftMs = this.#refills ? this.#lengthMs : Math.max(0, this.#resetsAt - at);
    return { limit: this.#limit, room, refill, lengthMs: this.#lengthMs, leftMs };
  }

  /** Shrinks towards the reset, so that nothing is left over. */
  #urgentPart(at: number): number {
    const share = this.#lengthMs > HOUR ? URGENT_SHARE_LONG : URGENT_SHARE;
    const ahead = this.#refills ? 1 : clamp((this.#resetsAt - at) / this.#lengthMs);
    return this.#limit * share * ahead;
  }

  #rate(): number {
    return this.#limit / this.#lengthMs;
  }
}

function workOf({ input, cached, output }: Load): number {
  return input + cached * CACHED_WORK + output * OUTPUT_WORK;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
