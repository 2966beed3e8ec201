/** The newest events: the end of the log when the screen opens, then what comes live, a few times a second at most. */
import { useEffect, useState } from 'react';
import type { StoredEvent } from '../../shared/domain/event.ts';
import { browserClock } from '../client/clock.ts';
import { useApp } from '../context.ts';
import { NO_EVENTS, withEvents, type Latest } from './latest.ts';

const CALM_MS = 400;
/** So far back the log is read: enough that something that matters is among it. */
const LOOK_BACK = 500;
/** What comes within one pause is bounded, too. */
const MOST_WAITING = 4_000;

export function useLatest(): Latest {
  const { session, data } = useApp();
  const [latest, setLatest] = useState<Latest>(NO_EVENTS);
  useEffect(() => {
    let isOpen = true;
    let waiting: StoredEvent[] = [];
    let cancel: (() => void) | null = null;
    const flush = (): void => {
      cancel = null;
      const events = waiting;
      waiting = [];
      setLatest((before) => withEvents(before, events));
    };
    const stop = session.onEvents((events) => {
      waiting.push(...events);
      if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING);
      cancel ??= browserClock.after(CALM_MS, flush);
    });
    const after = Math.max(0, (data.getState().live.seq ?? 0) - LOOK_BACK);
    void session.api.call('events.list', { after, limit: LOOK_BACK }).then((answer) => {
      // Without an answer there is what comes live.
      if (isOpen && answer.ok) setLatest((before) => withEvents(before, answer.value.events));
    });
    return () => {
      isOpen = false;
      cancel?.();
      stop();
    };
  }, [session, data]);
  return latest;
}
