/** A list that comes page by page: the first at once, the next when it is asked for. */
import { useEffect, useRef, useState } from 'react';
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

interface Read<T> extends Page<T> {
  readonly of: AskPage<T>;
}

/** Typing on within this time asks once. */
const CALM_MS = 250;

/** @param ask another one is another question; `null`: there is none */
export function usePages<T>(ask: AskPage<T> | null): Pages<T> {
  const [read, setRead] = useState<Read<T> | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  const [reading, setReading] = useState<AskPage<T> | null>(null);
  const current = useRef(ask);
  const known = read !== null && read.of === ask ? read : null;

  async function load(of: AskPage<T>, before: Read<T> | null): Promise<void> {
    // A function in a state would be called by it.
    setReading(() => of);
    const answer = await of(before?.nextCursor ?? undefined);
    if (current.current !== of) return;
    setReading(null);
    setError(answer.ok ? null : answer.error);
    if (answer.ok)
      setRead({ ...answer.value, of, items: [...(before?.items ?? []), ...answer.value.items] });
  }

  useEffect(() => {
    current.current = ask;
    setError(null);
    if (!ask) return undefined;
    const cancel = browserClock.after(CALM_MS, () => void load(ask, null));
    return () => {
      cancel();
      current.current = null;
    };
  }, [ask]);

  return {
    items: known?.items ?? [],
    total: known?.total ?? 0,
    hasMore: known !== null && known.nextCursor !== null,
    isReading: ask !== null && (known === null || reading === ask) && error === null,
    error,
    isAsked: ask !== null,
    more() {
      if (ask && known && known.nextCursor !== null && reading === null && error === null)
        void load(ask, known);
    },
  };
}
