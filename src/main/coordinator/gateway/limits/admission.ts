/**
 * Lets calls of models out: the most urgent first, with the account that suits it, no faster than the limits of accounts, the
 * budgets of people and the health of servers bear. Everything that decides is in the other files of this folder; here calls
 * wait, leave and come back. What it knows comes from the headers and ends of the calls themselves (`Ticket`).
 */
import type { Clock } from '../../../../shared/clock.ts';
import { PROVIDERS, type Provider } from '../../../../shared/models.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type {
  Accounts,
  AccountState,
  Admission,
  CallRequest,
  Refusal,
  Sessions,
  Ticket,
} from '../models/port.ts';
import { createBooks, type Books } from './books.ts';
import type { Load } from './bucket.ts';
import type { Budgets, Spent } from './budgets.ts';
import { createDecider, type Decider } from './decide.ts';
import { createEstimates, type Estimates } from './estimate.ts';
import { createRanks, type Ranks, type Seat } from './line.ts';
import { closing, tooLong, undecided } from './refusals.ts';
import { openTicket, type OpenCall } from './ticket.ts';
import { createWaiting, type Turn, type Waiter, type Waiting } from './waiting.ts';

export interface AdmissionOptions {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly budgets: Budgets;
  readonly clock: Clock;
  /** In millionths of a dollar; `null`: no price is known for the model. */
  readonly priceOf: (model: string, load: Load) => number | null;
  /** One line for people: why a call took which account. */
  readonly log: (line: string) => void;
  /** How long an engine bears to wait for an answer, in ms. */
  readonly patienceMs?: number;
}

/** Of one call that waits. */
export interface Caller extends Waiter, OpenCall {
  readonly call: CallRequest;
  readonly arrivedAt: number;
  /** By the monotonic clock: then it is refused. */
  readonly deadline: number;
  settle(result: Result<Ticket, Refusal>): void;
}

const PATIENCE_MS = 240_000;
const TOLD_AFTER_MS = 250;

export function createAdmission(options: AdmissionOptions): Admission {
  return new GatewayAdmission(options);
}

class GatewayAdmission implements Admission {
  readonly #options: AdmissionOptions;
  readonly #books: Books;
  readonly #decider: Decider;
  readonly #estimates: Estimates = createEstimates();
  readonly #ranks: Ranks = createRanks();
  readonly #waiting: Readonly<Record<Provider, Waiting<Caller>>> = {
    anthropic: createWaiting(),
    openai: createWaiting(),
  };
  /** In the order in which they came, which is that of their deadlines. */
  readonly #seats = new Set<Seat<Caller>>();
  readonly #counts: Record<Provider, number> = { anthropic: 0, openai: 0 };
  readonly #listeners = new Set<() => void>();
  readonly #ends: readonly (() => void)[];
  #cancelTimer: (() => void) | undefined;
  #cancelTold: (() => void) | undefined;
  #isTurning = false;
  #isClosed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    const { accounts, sessions } = options;
    this.#books = createBooks(accounts, (id) => sessions.isGood(id));
    this.#decider = createDecider({ ...options, books: this.#books });
    const onChange = (): void => this.#changed();
    this.#ends = [accounts.onChange(onChange), sessions.onChange(onChange)];
  }

  async admit(call: CallRequest, signal: AbortSignal): Promise<Result<Ticket, Refusal>> {
    signal.throwIfAborted();
    if (this.#isClosed) return fail(closing());
    return await new Promise<Result<Ticket, Refusal>>((resolve, reject) => {
      const seat = this.#seatOf(call, (result) => {
        signal.removeEventListener('abort', hangUp);
        resolve(result);
      });
      const hangUp = (): void => {
        this.#waiting[call.provider].remove(seat);
        this.#leave(seat);
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the engine's connection ended with is passed on as it is
        reject(signal.reason);
        this.#changed();
      };
      signal.addEventListener('abort', hangUp, { once: true });
      this.#seats.add(seat);
      this.#counts[call.provider] += 1;
      // One that stands behind many others changes nothing.
      if (this.#waiting[call.provider].add(seat)) this.#changed();
      else this.#told();
    });
  }

  states(): readonly AccountState[] {
    const { clock } = this.#options;
    return this.#books.states(clock.monotonic(), clock.now(), (of) => this.#counts[of]);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelTold?.();
    for (const end of this.#ends) end();
    for (const seat of this.#seats) this.#refuse(seat, closing());
    this.#listeners.clear();
  }

  #seatOf(call: CallRequest, settle: Caller['settle']): Seat<Caller> {
    const { clock, priceOf, patienceMs = PATIENCE_MS } = this.#options;
    const at = clock.monotonic();
    const load = this.#estimates.of(call);
    const estimate: Spent = {
      micros: priceOf(call.model, load) ?? 0,
      tokens: load.input + load.output,
    };
    const isUrgent = call.asker.priority === 'urgent';
    const waits = { firstSince: null, aside: null, isUrgent, arrivedAt: at };
    const deadline = at + patienceMs;
    return this.#ranks.seat({ ...waits, call, load, estimate, deadline, settle }, call.asker, at);
  }

  /** Something is another way: whoever can go now goes. */
  #changed(): void {
    this.#told();
    if (this.#isTurning || this.#isClosed) return;
    this.#isTurning = true;
    const at = this.#options.clock.monotonic();
    this.#expire(at);
    let next: number | null = null;
    for (const provider of PROVIDERS) {
      const opensAt = this.#waiting[provider].turn(at, (seat) => this.#attempt(seat, at));
      if (opensAt !== null) next = Math.min(next ?? opensAt, opensAt);
    }
    this.#isTurning = false;
    this.#wake(at, next);
  }

  #attempt(seat: Seat<Caller>, at: number): Turn {
    try {
      return this.#decided(seat, at);
    } catch (error) {
      // What was used before is read from a disk, which may fail: one call does, and the line goes on.
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log(`a call of ${seat.item.call.asker.attemptId} could not be decided: ${why}`);
      this.#refuse(seat, undecided());
      return { state: 'gone' };
    }
  }

  #decided(seat: Seat<Caller>, at: number): Turn {
    const caller = seat.item;
    const verdict = this.#decider.decide(caller, at);
    switch (verdict.state) {
      case 'blocked':
      case 'aside':
        return verdict;
      case 'refused':
        this.#refuse(seat, verdict.refusal);
        return { state: 'gone' };
      case 'open': {
        const { clock, budgets, sessions } = this.#options;
        const ticket = openTicket(
          { clock, budgets, sessions, books: this.#books, estimates: this.#estimates },
          { caller, book: verdict.book },
          (keys) => {
            this.#waiting[caller.call.provider].release(keys);
            this.#changed();
          },
        );
        this.#leave(seat);
        caller.settle(ok(ticket));
        return { state: 'gone' };
      }
    }
  }

  /** Those whose patience is over. */
  #expire(at: number): void {
    for (const seat of this.#seats) {
      if (seat.item.deadline > at) return;
      this.#waiting[seat.item.call.provider].remove(seat);
      this.#refuse(seat, tooLong(this.#decider.opensAt(seat.item, at), this.#options.clock));
    }
  }

  #refuse(seat: Seat<Caller>, refusal: Refusal): void {
    this.#leave(seat);
    seat.item.settle(fail(refusal));
  }

  #leave(seat: Seat<Caller>): void {
    if (!this.#seats.delete(seat)) return;
    const { call, aside } = seat.item;
    this.#counts[call.provider] -= 1;
    // Whoever waited for a budget makes place for the next one that does.
    if (aside !== null) this.#waiting[call.provider].release([aside]);
  }

  #wake(at: number, opensAt: number | null): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const [first] = this.#seats;
    if (!first) return;
    const due = Math.min(first.item.deadline, opensAt ?? Number.POSITIVE_INFINITY);
    // A turn that comes a hair too early would only come again.
    const ms = Math.max(1, Math.ceil(due - at));
    this.#cancelTimer = this.#options.clock.after(ms, () => this.#changed());
  }

  #told(): void {
    if (this.#cancelTold || this.#isClosed) return;
    this.#cancelTold = this.#options.clock.after(TOLD_AFTER_MS, () => {
      this.#cancelTold = undefined;
      for (const listener of this.#listeners) listener();
    });
  }
}
