/** Requests to models, newest first, a page at a time: begun anew for each filter, and while only the head is read. */
import { useCallback, useEffect, useState } from 'react';
import type { InputOf } from '../../shared/contract.ts';
import type { CallRecord } from '../../shared/domain/call.ts';
import type { CallError } from '../client/call.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useUi } from '../context.ts';
import { selectLink } from '../store/selectors.ts';

export type CallQuestion = Omit<InputOf<'usage.calls'>, 'before' | 'limit'>;

export interface Calls {
  /** `null`: not known yet. */
  readonly calls: readonly CallRecord[] | null;
  readonly isBusy: boolean;
  readonly error: CallError | null;
  /** There is more to read, or to look through. */
  readonly hasMore: boolean;
  more(): void;
}

interface Read {
  readonly question: CallQuestion;
  readonly calls: readonly CallRecord[];
  readonly nextBefore: number | null;
  readonly pages: number;
}

const PAGE = 100;
const ASK_AGAIN_MS = 10_000;

/** @param question the same one must be the same object */
export function useCalls(question: CallQuestion): Calls {
  const { session } = useApp();
  const link = useUi(selectLink);
  const [read, setRead] = useState<Read | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<CallError | null>(null);
  const current = read?.question === question ? read : null;

  const ask = useCallback(
    async (after: Read | null): Promise<void> => {
      const before = after?.nextBefore ?? undefined;
      const asked = { ...question, limit: PAGE, ...(before !== undefined && { before }) };
      const answer = await session.api.call('usage.calls', asked);
      setError(answer.ok ? null : answer.error);
      if (!answer.ok) return;
      const { calls, nextBefore } = answer.value;
      const all = [...(after?.calls ?? []), ...calls];
      const next = { question, calls: all, nextBefore, pages: (after?.pages ?? 0) + 1 };
      // What was read further meanwhile is not thrown away for a newer head.
      setRead((now) => (after === null && isFurther(now, question) ? now : next));
    },
    [session, question],
  );

  useEffect(() => {
    if (link !== 'open') return undefined;
    let cancel = (): void => {};
    let isCurrent = true;
    const again = async (): Promise<void> => {
      await ask(null);
      if (isCurrent) cancel = browserClock.after(ASK_AGAIN_MS, () => void again());
    };
    void again();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [ask, link]);

  return {
    calls: current?.calls ?? null,
    isBusy,
    error,
    hasMore: current !== null && current.nextBefore !== null,
    more() {
      if (isBusy || !current || current.nextBefore === null) return;
      setBusy(true);
      void ask(current).then(() => setBusy(false));
    },
  };
}

function isFurther(read: Read | null, question: CallQuestion): boolean {
  return read?.question === question && read.pages > 1;
}
