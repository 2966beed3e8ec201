/** Whether a call may leave now, and with which account: asks the books, the budgets and the policy, and changes nothing. */
import type { Clock } from '../../../../shared/clock.ts';
import type { AttemptId } from '../../../../shared/ids.ts';
import type { ModelAccountId } from '../../../../shared/models.ts';
import type { Refusal } from '../models/port.ts';
import type { AccountBook } from './account-book.ts';
import { candidateOf, type Books } from './books.ts';
import type { Budgets } from './budgets.ts';
import { chooseAccount, isCheap, type Candidate } from './choose-account.ts';
import { allHeld, allTried, noAccount, signedOut } from './refusals.ts';
import type { OpenCall } from './ticket.ts';
import type { Turn } from './waiting.ts';

export interface Asked extends OpenCall {
  readonly deadline: number;
}

export type Decision =
  | Exclude<Turn, { readonly state: 'gone' }>
  | { readonly state: 'open'; readonly book: AccountBook }
  | { readonly state: 'refused'; readonly refusal: Refusal };

export interface Decider {
  decide(asked: Asked, at: number): Decision;
  /** When a call that waited too long could have gone; `null`: not known. */
  opensAt(asked: Asked, at: number): number | null;
}

interface DeciderDeps {
  readonly books: Books;
  readonly budgets: Budgets;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** As long as providers keep a prompt in their cache. */
const USUAL_MS = 5 * 60_000;
const MOST_USUAL = 5_000;
/** A limit ends when it was said to. A server that is down may stay so: whoever works on a task gives its place to others. */
const DOWN_PATIENCE_MS = 5_000;

export function createDecider({ books, budgets, clock, log }: DeciderDeps): Decider {
  const usual = createUsual();

  function choose(asked: Asked, open: readonly AccountBook[], at: number): AccountBook | undefined {
    const { call, load } = asked;
    const { attemptId } = call.asker;
    const last = usual.of(attemptId, at);
    const [first, ...rest] = open.map((book) => candidateOf(book, last, at));
    if (!first) return undefined;
    const candidates: [Candidate, ...Candidate[]] = [first, ...rest];
    const choice = chooseAccount(candidates, isCheap(call.model, load.input + load.output));
    usual.keep(attemptId, choice.id, at);
    if (choice.id !== last) log(`${attemptId} speaks through ${choice.why}`);
    return open.find(({ account }) => account.id === choice.id);
  }

  /** Nothing leaves with any of them while it could still wait. */
  function held(asked: Asked, pool: readonly AccountBook[], at: number): Refusal | null {
    const untils = pool.map((book) => books.heldUntil(book, at));
    const first = Math.min(...untils.map((until) => until ?? at));
    const isServer = pool.every((book) => (book.heldUntil(at) ?? at) < first);
    const deadline = isServer ? Math.min(asked.deadline, at + DOWN_PATIENCE_MS) : asked.deadline;
    if (first <= deadline) return null;
    const server = isServer && pool[0] ? books.troubleOf(pool[0].account.baseUrl) : null;
    return allHeld(asked.call.provider, server, Math.round(clock.now() + first - at));
  }

  return {
    decide(asked, at) {
      const { call, load, isUrgent, estimate } = asked;
      const good = books.good(call.provider);
      if (!good) return { state: 'refused', refusal: noAccount(call.provider) };
      if (good.length === 0) return { state: 'refused', refusal: signedOut(call.provider) };
      const budget = budgets.check(call.asker, estimate);
      if (budget.state === 'spent') {
        const { message, until } = budget;
        return { state: 'refused', refusal: { trouble: 'budget_spent', message, until } };
      }
      if (budget.state === 'wait') return { state: 'aside', key: budget.key };
      const pool = good.filter(({ account }) => !call.tried.has(account.id));
      if (pool.length === 0) return { state: 'refused', refusal: allTried(call.provider) };
      const openings = books.openings(pool, load, isUrgent, at);
      const open = openings.filter((one) => one.at !== null && one.at <= at);
      const book = choose(
        asked,
        open.map((one) => one.book),
        at,
      );
      if (book) return { state: 'open', book };
      const refusal = held(asked, pool, at);
      if (refusal) return { state: 'refused', refusal };
      // Without a place, the size of a call does not matter.
      const isForAll = openings.every((one) => one.at === null) && pool.length === good.length;
      return { state: 'blocked', opensAt: firstOf(openings), isForAll };
    },
    opensAt({ call, load, isUrgent }, at) {
      return firstOf(books.openings(books.good(call.provider) ?? [], load, isUrgent, at));
    },
  };
}

/** Who spoke for an attempt last. */
function createUsual(): {
  of(id: AttemptId, at: number): ModelAccountId | undefined;
  keep(id: AttemptId, account: ModelAccountId, at: number): void;
} {
  const known = new Map<AttemptId, { readonly account: ModelAccountId; readonly at: number }>();
  return {
    of(id, at) {
      const last = known.get(id);
      return last && at - last.at < USUAL_MS ? last.account : undefined;
    },
    keep(id, account, at) {
      known.delete(id);
      known.set(id, { account, at });
      for (const oldest of known.keys()) {
        if (known.size <= MOST_USUAL) return;
        known.delete(oldest);
      }
    },
  };
}

function firstOf(openings: readonly { readonly at: number | null }[]): number | null {
  const known = openings.flatMap(({ at }) => (at === null ? [] : [at]));
  return known.length === 0 ? null : Math.min(...known);
}
