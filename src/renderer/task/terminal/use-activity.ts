/** How much a terminal printed when; asked again now and then while it prints on. */
import { useEffect, useState } from 'react';
import type { TerminalMoment } from '../../../shared/contract-terminal.ts';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import { browserClock } from '../../client/clock.ts';
import { useApp } from '../../context.ts';

export interface Activity {
  readonly first: TerminalMoment;
  readonly last: TerminalMoment;
  /** Bytes in each of as many equal parts of the time between. */
  readonly buckets: readonly number[];
}

const BUCKETS = 240;
const EVERY_MS = 5_000;

/** @param isOver nothing more is to come */
export function useActivity(attempt: AttemptId, isOver: boolean): Activity | null {
  const { session } = useApp();
  const [activity, setActivity] = useState<Activity | null>(null);
  useEffect(() => {
    let cancel = (): void => {};
    let isCurrent = true;
    async function load(): Promise<void> {
      const input = { id: taskIdOfAttempt(attempt), attempt, buckets: BUCKETS };
      const answer = await session.api.call('terminal.activity', input);
      if (!isCurrent) return;
      if (!isOver) cancel = browserClock.after(EVERY_MS, () => void load());
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
  }, [session, attempt, isOver]);
  return activity;
}
