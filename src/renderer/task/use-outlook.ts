/** How long a task may still take, or what it waits for: asked for when it comes to another step, and now and then. */
import { useEffect, useState } from 'react';
import type { Outlook } from '../../shared/contract-attempts.ts';
import type { Task } from '../../shared/domain/task.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useData } from '../context.ts';
import { selectAttempt } from '../store/selectors.ts';

/** A task in the queue waits for others, of which nothing is told here. */
const ASK_EVERY_MS = 10_000;

export function useOutlook({ id, state, attemptId }: Task): Outlook | null {
  const { session } = useApp();
  /** With the step that it was asked for. */
  const [known, setKnown] = useState<{ step: string; outlook: Outlook } | null>(null);
  const attempt = useData(selectAttempt(attemptId));
  const step = `${state} ${attemptId} ${attempt?.phases.length} ${attempt?.pausedAt} ${attempt?.takenOver?.at}`;
  useEffect(() => {
    let isCurrent = true;
    let stop = (): void => {};
    const ask = async (): Promise<void> => {
      const answer = await session.api.call('attempts.outlook', { id });
      if (!isCurrent) return;
      // Without an answer the last one stands; the next is asked for all the same.
      if (answer.ok) setKnown({ step, outlook: answer.value });
      if (state === 'queued') stop = browserClock.after(ASK_EVERY_MS, () => void ask());
    };
    void ask();
    return () => {
      isCurrent = false;
      stop();
    };
  }, [session, id, state, step]);
  return known?.outlook ?? null;
}
