/** The accounts as limits see them: a book for each, a breaker for each server, and which of them could speak for a call. */
import type { TroubleClass } from '../../../../shared/domain/engine-trouble.ts';
import type { ModelAccountId, Provider } from '../../../../shared/models.ts';
import type { Accounts, AccountState, ModelAccount } from '../models/port.ts';
import { createAccountBook, type AccountBook } from './account-book.ts';
import { CLOSED, opensAt, type Breaker } from './breaker.ts';
import type { Load } from './bucket.ts';
import type { Candidate } from './choose-account.ts';

export interface Opening {
  readonly book: AccountBook;
  /** By the monotonic clock; `null`: when a call that is under way is over. */
  readonly at: number | null;
}

export interface Books {
  of(account: ModelAccount): AccountBook;
  /** Those of a provider whose sign-in is good; `null`: the provider has no account at all. */
  good(provider: Provider): readonly AccountBook[] | null;
  openings(books: readonly AccountBook[], load: Load, isUrgent: boolean, at: number): Opening[];
  breaker(baseUrl: string): Breaker;
  setBreaker(baseUrl: string, breaker: Breaker): void;
  /** What is wrong with a server while its breaker is open. */
  troubleOf(baseUrl: string): TroubleClass;
  setTrouble(baseUrl: string, trouble: TroubleClass): void;
  /** When anything leaves with this account again; `null`: it can. By the monotonic clock. */
  heldUntil(book: AccountBook, at: number): number | null;
  states(at: number, now: number, waiting: (provider: Provider) => number): AccountState[];
}

/** Shorter holds are the pace of every day, and over before anybody could act on them. */
const WORTH_TELLING_MS = 1_000;

export function createBooks(accounts: Accounts, isGood: (id: ModelAccountId) => boolean): Books {
  const books = new Map<ModelAccountId, AccountBook>();
  const servers = createServers();

  function of(account: ModelAccount): AccountBook {
    const book = books.get(account.id) ?? createAccountBook(account);
    book.account = account;
    books.set(account.id, book);
    return book;
  }

  function all(): AccountBook[] {
    const list = accounts.list();
    if (books.size > list.length) {
      const ids = new Set(list.map(({ id }) => id));
      for (const id of books.keys()) if (!ids.has(id)) books.delete(id);
    }
    return list.map(of);
  }

  function heldUntil(book: AccountBook, at: number): number | null {
    const breaker = servers.breaker(book.account.baseUrl);
    const held = Math.max(book.heldUntil(at) ?? at, opensAt(breaker, at) ?? at);
    return held > at ? held : null;
  }

  return {
    of,
    good(provider) {
      const own = all().filter(({ account }) => account.provider === provider);
      return own.length === 0 ? null : own.filter(({ account }) => isGood(account.id));
    },
    openings(candidates, load, isUrgent, at) {
      return candidates.map((book) => {
        const server = opensAt(servers.breaker(book.account.baseUrl), at);
        const own = book.opensAt(load, isUrgent, at);
        return { book, at: server === null || own === null ? null : Math.max(server, own) };
      });
    },
    ...servers,
    heldUntil,
    states: (at, now, waiting) =>
      all().map((book) => {
        const held = heldUntil(book, at);
        return {
          id: book.account.id,
          windows: [...book.buckets.values()].map((bucket) => bucket.view(at, now)),
          running: book.running(),
          waiting: waiting(book.account.provider),
          heldUntil:
            held === null || held - at < WORTH_TELLING_MS ? null : wholeSecond(now + held - at),
          breaker: servers.breaker(book.account.baseUrl).state,
        };
      }),
  };
}

type Servers = Pick<Books, 'breaker' | 'setBreaker' | 'troubleOf' | 'setTrouble'>;

/** What is known of servers, by their address; of those that are well, nothing. */
function createServers(): Servers {
  const breakers = new Map<string, Breaker>();
  const troubles = new Map<string, TroubleClass>();
  return {
    breaker: (baseUrl) => breakers.get(baseUrl) ?? CLOSED,
    setBreaker(baseUrl, breaker) {
      if (breaker.state !== 'closed' || breaker.failures > 0) {
        breakers.set(baseUrl, breaker);
        return;
      }
      breakers.delete(baseUrl);
      troubles.delete(baseUrl);
    },
    troubleOf: (baseUrl) => troubles.get(baseUrl) ?? 'overloaded',
    setTrouble: (baseUrl, trouble) => void troubles.set(baseUrl, trouble),
  };
}

/** The two clocks drift apart a little; the moment that people and the scheduler are told should not. */
function wholeSecond(at: number): number {
  return Math.round(at / 1_000) * 1_000;
}

/** @param usual the account that spoke for this attempt last */
export function candidateOf(
  book: AccountBook,
  usual: ModelAccountId | undefined,
  at: number,
): Candidate {
  const { id, name } = book.account;
  return { id, name, ...book.outlook(at), running: book.running(), isUsual: id === usual };
}
