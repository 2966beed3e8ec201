/** A call from when it leaves until it is over: what it takes of accounts, budgets and servers, and what it tells of them. */
import type { Clock } from '../../../../shared/clock.ts';
import { TROUBLE_RULES } from '../../../../shared/domain/engine-trouble.ts';
import type { CallOutcome, CallRequest, Sessions, Ticket } from '../models/port.ts';
import type { AccountBook, Leave } from './account-book.ts';
import type { Books } from './books.ts';
import { ended, left, unsaid } from './breaker.ts';
import type { Load } from './bucket.ts';
import type { Budgets, Spent } from './budgets.ts';
import type { Estimates } from './estimate.ts';
import { readLimits, type Headers } from './read-headers.ts';

/** A call with what it is thought to take. */
export interface OpenCall {
  readonly call: CallRequest;
  readonly isUrgent: boolean;
  readonly load: Load;
  readonly estimate: Spent;
}

interface TicketDeps {
  readonly clock: Clock;
  readonly books: Books;
  readonly budgets: Budgets;
  readonly sessions: Sessions;
  readonly estimates: Estimates;
}

/** A provider's clock that is further off than this is believed rather than ours: it is the one that resets. */
const SKEW_MS = 5_000;

/** @param onTold limits may be others now; with the budgets of which something was given back */
export function openTicket(
  deps: TicketDeps,
  { caller, book }: { readonly caller: OpenCall; readonly book: AccountBook },
  onTold: (budgets: readonly string[]) => void,
): Ticket {
  const { clock, books, budgets, sessions, estimates } = deps;
  const { call, load, isUrgent, estimate } = caller;
  const { account } = book;
  const leave = book.leave(load, isUrgent, clock.monotonic());
  const kept = budgets.reserve(call.asker, estimate);
  const before = books.breaker(account.baseUrl);
  const isProbe = before.state === 'open';
  books.setBreaker(account.baseUrl, left(before));
  let isOver = false;
  return {
    account,
    answered(_status, headers) {
      if (isOver) return;
      const now = providersNow(headers, clock.now());
      book.answered(leave, readLimits(headers, now), clock.monotonic(), now);
      onTold([]);
    },
    done(outcome) {
      if (isOver) return;
      isOver = true;
      const at = clock.monotonic();
      const used = usedBy(outcome, leave);
      book.settle(leave, used, at);
      budgets.settle(kept, spentBy(outcome, estimate));
      if (used && outcome.status > 0) estimates.learn(call.model, outcome.outputTokens);
      learnTrouble(outcome, { book, leave, clock });
      if (outcome.trouble === 'sign_in_expired') sessions.suspect(account.id);
      const breaker = books.breaker(account.baseUrl);
      const isSilent = outcome.status === 0 && outcome.trouble === null;
      const after = isSilent
        ? isProbe
          ? unsaid(breaker, at)
          : breaker
        : ended(breaker, isOfServer(outcome), isProbe, at);
      books.setBreaker(account.baseUrl, after);
      if (outcome.trouble && isOfServer(outcome))
        books.setTrouble(account.baseUrl, outcome.trouble);
      onTold(kept.keys);
    },
  };
}

function learnTrouble(
  { trouble, until }: CallOutcome,
  { book, leave, clock }: { book: AccountBook; leave: Leave; clock: Clock },
): void {
  const at = clock.monotonic();
  const untilAt = until === null ? null : at + until - clock.now();
  if (trouble === 'rate_limited') book.limited(leave, untilAt, at);
  else if (trouble && untilAt !== null && TROUBLE_RULES[trouble].about !== 'call') {
    book.pause(untilAt);
  }
}

function isOfServer({ trouble }: CallOutcome): boolean {
  return trouble !== null && TROUBLE_RULES[trouble].about === 'server';
}

/** `null`: the provider did not take it. One that nothing is known of may have been taken whole. */
function usedBy(outcome: CallOutcome, { load }: Leave): Load | null {
  const { inputTokens, outputTokens, cachedInputTokens, status, trouble } = outcome;
  if (inputTokens + outputTokens + cachedInputTokens > 0 || (status >= 200 && status < 300)) {
    return { input: inputTokens, cached: cachedInputTokens, output: outputTokens };
  }
  return status === 0 && trouble === null ? load : null;
}

/** What has no price costs what was thought, where that was known. */
function spentBy(outcome: CallOutcome, estimate: Spent): Spent {
  const tokens = outcome.inputTokens + outcome.outputTokens;
  const share = estimate.tokens === 0 ? 0 : Math.min(1, tokens / estimate.tokens);
  return { tokens, micros: outcome.costMicros ?? Math.round(estimate.micros * share) };
}

function providersNow(headers: Headers, now: number): number {
  const told = Date.parse(headers['date'] ?? '');
  return Number.isFinite(told) && Math.abs(told - now) > SKEW_MS ? told : now;
}
