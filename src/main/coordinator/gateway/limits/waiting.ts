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
  | {
      readonly state: 'blocked';
      readonly opensAt: number | null;
      /** Whoever stands behind it cannot go either. */
      readonly isForAll: boolean;
    }
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
  /** @returns whether it might have its turn already, as it stands among the first */
  add(seat: Seat<T>): boolean;
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

  add(seat: Seat<T>): boolean {
    const line = this.#lineOf(seat);
    line.add(seat);
    return line.size() <= LOOK || line.first() === seat;
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
    let opensAt: number | null = null;
    // Who goes takes from the others, and gives nothing: a line that cannot go on is done with.
    const open = new Set([this.#urgent, this.#others]);
    for (;;) {
      const [a, b] = [...open].filter((line) => line.first() !== undefined);
      if (!a) return opensAt;
      const line = b && isAhead(b, a) ? b : a;
      const rival = line === a ? b : a;
      const look = this.#look(line, rival, at, attempt);
      if (!look.isDone) continue;
      open.delete(line);
      opensAt = earlier(opensAt, look.opensAt);
      const isSoon = look.opensAt !== null && look.opensAt - at <= SOON_MS;
      if (line === this.#urgent && isSoon) return opensAt;
    }
  }

  /** One look at the first few of a line, until one of the rival line is ahead of them. */
  #look(
    line: Line<T>,
    rival: Line<T> | undefined,
    at: number,
    attempt: (seat: Seat<T>) => Turn,
  ): Look {
    const stay: Seat<T>[] = [];
    let opensAt: number | null = null;
    while (stay.length < LOOK) {
      const seat = line.first();
      if (!seat) break;
      if (stay.length === 0 && rival && isAhead(rival, line)) return { opensAt, isDone: false };
      line.remove(seat);
      const turn = attempt(seat);
      if (turn.state === 'aside') this.#putAside(seat, turn.key);
      if (turn.state !== 'blocked') continue;
      stay.push(seat);
      opensAt = earlier(opensAt, turn.opensAt);
      if (turn.isForAll) break;
      if (stay.length > 1) continue;
      seat.item.firstSince ??= at;
      if (at - seat.item.firstSince > CLAIM_MS) break;
    }
    for (const seat of stay) line.add(seat);
    return { opensAt, isDone: true };
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
  /** Nobody else of it can go now. */
  readonly isDone: boolean;
}

function isAhead(a: Line<unknown>, b: Line<unknown>): boolean {
  const [first, second] = [a.first(), b.first()];
  return !!first && (!second || isBefore(first, second));
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
