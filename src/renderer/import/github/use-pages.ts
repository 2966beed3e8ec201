/** A list that comes page by page: the first at once, the next when it is asked for. */
import { useEffect, useState } from 'react';
import type { Result } from '../../../shared/result.ts';
import type { CallError } from '../../client/call.ts';
import { browserClock } from '../../client/clock.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly nextCursor: string | null;
}

export interface Pages<T> {
  readonly items: readonly T[];
  /** Of all pages. */
  readonly total: number;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly error: CallError | null;
  /** There is a question. */
  readonly isAsked: boolean;
  more(): void;
}

export type AskPage<T> = (cursor: string | undefined) => Promise<Result<Page<T>, CallError>>;

/** What is known of the answer to one question. */
interface Read<T> {
  readonly of: AskPage<T>;
  /** `null`: not even the first page. */
  readonly page: Page<T> | null;
  readonly error: CallError | null;
  /** The next page is under way. */
  readonly isReading: boolean;
}

/** Typing on within this time asks once. */
const CALM_MS = 250;

/** @param ask another one is another question; `null`: there is none */
export function usePages<T>(ask: AskPage<T> | null): Pages<T> {
  const [read, setRead] = useState<Read<T> | null>(null);
  const known = read !== null && read.of === ask ? read : null;
  const page = known?.page ?? null;

  useEffect(() => {
    if (!ask) return undefined;
    let isCurrent = true;
    const cancel = browserClock.after(CALM_MS, () => {
      void ask(undefined).then((answer) => {
        if (isCurrent)
          setRead(afterPage({ of: ask, page: null, error: null, isReading: true }, answer));
      });
    });
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [ask]);

  function more(): void {
    if (!known || known.isReading || known.error || page === null || page.nextCursor === null)
      return;
    const { of } = known;
    setRead({ ...known, isReading: true });
    void of(page.nextCursor).then((answer) =>
      setRead((now) => (now?.of === of ? afterPage(now, answer) : now)),
    );
  }

  return {
    items: page?.items ?? [],
    total: page?.total ?? 0,
    hasMore: page !== null && page.nextCursor !== null,
    isReading: ask !== null && (known === null || known.isReading),
    error: known?.error ?? null,
    isAsked: ask !== null,
    more,
  };
}

function afterPage<T>(before: Read<T>, answer: Result<Page<T>, CallError>): Read<T> {
  if (!answer.ok) return { ...before, isReading: false, error: answer.error };
  const items = [...(before.page?.items ?? []), ...answer.value.items];
  return { ...before, isReading: false, error: null, page: { ...answer.value, items } };
}
