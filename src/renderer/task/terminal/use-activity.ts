/** How much a terminal printed when; asked again now and then while it prints on. */
import { useEffect, useState } from 'react';
import type { TerminalMoment } from '../../../shared/contract-terminal.ts';
import { browserClock } from '../../client/clock.ts';
import { useApp } from '../../context.ts';
import { inputFor, isOver, type Recorded } from './recorded.ts';

export interface Activity {
  readonly first: TerminalMoment;
  readonly last: TerminalMoment;
  /** Bytes in each of as many equal parts of the time between. */
  readonly buckets: readonly number[];
}

const BUCKETS = 240;
const EVERY_MS = 5_000;

export function useActivity(recorded: Recorded): Activity | null {
  const { session } = useApp();
  const [activity, setActivity] = useState<Activity | null>(null);
  const attempt = recorded.attempt.id;
  const takeOver = recorded.takeOver?.id;
  const hasEnded = isOver(recorded);
  useEffect(() => {
    let cancel = (): void => {};
    let isCurrent = true;
    async function load(): Promise<void> {
      const input = { ...inputFor(attempt, takeOver), buckets: BUCKETS };
      const answer = await session.api.call('terminal.activity', input);
      if (!isCurrent) return;
      if (!hasEnded) cancel = browserClock.after(EVERY_MS, () => void load());
      // Without an answer the connection is lost; what was known stays.
      if (!answer.ok) return;
      const { first, last, buckets } = answer.value;
      if (first && last) setActivity({ first, last, buckets });
    }
    void load();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [session, attempt, takeOver, hasEnded]);
  return activity;
}
