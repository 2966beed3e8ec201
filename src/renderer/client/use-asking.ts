/** Asks the coordinator for what it tells nobody by itself: at once, and again and again while the link is open. */
import { useEffect } from 'react';
import { useUi } from '../context.ts';
import { selectLink } from '../store/selectors.ts';
import { browserClock } from './clock.ts';

/** @param ask must be the same function from one drawing to the next. @param pauseMs after each answer */
export function useAsking(ask: () => Promise<void>, pauseMs: number): void {
  const link = useUi(selectLink);
  useEffect(() => {
    if (link !== 'open') return undefined;
    let isCurrent = true;
    let cancel = (): void => {};
    const next = async (): Promise<void> => {
      await ask();
      if (isCurrent) cancel = browserClock.after(pauseMs, () => void next());
    };
    void next();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [ask, pauseMs, link]);
}
