/**
 * Who waits for their turn, of one provider: urgent calls in a line of their own, as they need not keep the pace; all others;
 * and, aside, those that wait for what calls under way leave of a budget. It knows no limits: it asks, with `attempt`, whether
 * somebody can go, looking at the first few of a line only, so that a turn costs the same however many wait.
 */
import { createLine, isBefore, type Line, type Seat } from './line.ts';

/** What became of somebody whose turn it might be. */
export type Turn =
  /** Gone: let out or refused. */
  | { readonly state: 'gone' }
  /** Not yet. By the monotonic clock; `null`: when something under way is over. */
  | { readonly state: 'blocked'; readonly opensAt: number | null }
  /** It waits for what calls under way leave of this budget. */
  | { readonly state: 'aside'; readonly key: string };

export interface Waiter {
  readonly isUrgent: boolean;
  /** Since when it was first in its line and could not go. */
  firstSince: number | null;
  /** The budget that it waits for. */
  aside: string | null;
}

export interface Waiting<T extends Waiter> {
  add(seat: Seat<T>): void;
  /** It hung up. */
  remove(seat: Seat<T>): void;
  /** Calls of these budgets are over: some of those aside stand in line again. */
  release(keys: readonly string[]): void;
  /** Lets out who can go. @returns when to try again; `null`: when something changes */
  turn(at: number, attempt: (seat: Seat<T>) => Turn): number | null;
}

/** So many are looked at when the first one cannot go. */
const LOOK = 8;
/** Whoever was first for so long is passed no more: what comes free is left for it. */
const CLAIM_MS = 10_000;
/** An urgent call that can go so soon holds the others back. */
const SOON_MS = 10_000;

export function createWaiting<T extends Waiter>(): Waiting<T> {
  return new Lines<T>();
}

class Lines<T extends Waiter> implements Waiting<T> {
  readonly #urgent = createLine<T>();
  readonly #others = createLine<T>();
  readonly #aside = new Map<string, Line<T>>();

  add(seat: Seat<T>): void {
    this.#lineOf(seat).add(seat);
  }

  remove(seat: Seat<T>): void {
    this.#lineOf(seat).remove(seat);
  }

  release(keys: readonly string[]): void {
    for (const key of keys) {
      const line = this.#aside.get(key);
      for (let count = 0; line && count < LOOK; count++) {
        const seat = line.first();
        if (!seat) break;
        line.remove(seat);
        seat.item.aside = null;
        this.add(seat);
      }
      if (line?.size() === 0) this.#aside.delete(key);
    }
  }

  turn(at: number, attempt: (seat: Seat<T>) => Turn): number | null {
    for (;;) {
      const [a, b] = [this.#urgent.first(), this.#others.first()];
      const isUrgentFirst = !!a && (!b || isBefore(a, b));
      const lines = [this.#urgent, this.#others] as const;
      const [first, second] = isUrgentFirst ? lines : [lines[1], lines[0]];
      const one = this.#look(first, at, attempt);
      if (one.hasMoved) continue;
      const isSoon = one.opensAt !== null && one.opensAt - at <= SOON_MS;
      if (isUrgentFirst && isSoon) return one.opensAt;
      const two = this.#look(second, at, attempt);
      if (!two.hasMoved) return earlier(one.opensAt, two.opensAt);
    }
  }

  /** One look at the first few of a line. */
  #look(line: Line<T>, at: number, attempt: (seat: Seat<T>) => Turn): Look {
    const stay: Seat<T>[] = [];
    let opensAt: number | null = null;
    let hasMoved = false;
    while (stay.length < LOOK) {
      const seat = line.first();
      if (!seat) break;
      line.remove(seat);
      const turn = attempt(seat);
      if (turn.state !== 'blocked') hasMoved = true;
      if (turn.state === 'aside') this.#putAside(seat, turn.key);
      if (turn.state !== 'blocked') continue;
      stay.push(seat);
      opensAt = earlier(opensAt, turn.opensAt);
      if (stay.length > 1) continue;
      seat.item.firstSince ??= at;
      if (at - seat.item.firstSince > CLAIM_MS) break;
    }
    for (const seat of stay) line.add(seat);
    return { opensAt, hasMoved };
  }

  #putAside(seat: Seat<T>, key: string): void {
    seat.item.aside = key;
    seat.item.firstSince = null;
    const line = this.#aside.get(key) ?? createLine<T>();
    this.#aside.set(key, line);
    line.add(seat);
  }

  #lineOf({ item }: Seat<T>): Line<T> {
    const aside = item.aside === null ? undefined : this.#aside.get(item.aside);
    return aside ?? (item.isUrgent ? this.#urgent : this.#others);
  }
}

interface Look {
  readonly opensAt: number | null;
  readonly hasMoved: boolean;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
