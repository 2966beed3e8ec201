/** The record as the screen shows it: opened anew for each filter, and live at its head. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { AuditFilter } from '../../shared/contract-audit.ts';
import { browserClock } from '../client/clock.ts';
import { useApp } from '../context.ts';
import { openLogView, type LogState, type LogView } from './log-view.ts';

/** Typing pauses for so long before the record is searched. */
const TYPING_MS = 200;
/** What is new is asked for at most so often. */
const CALM_MS = 500;

const NOTHING: LogState = {
  events: [],
  isLooking: true,
  lookedTo: null,
  isEnd: false,
  isFull: false,
  error: null,
};

export interface Log {
  readonly state: LogState;
  readonly view: LogView | null;
}

/**
 * @param before begins below this number; `undefined`: at the newest
 * @param isFollowing false while what is new would push away what is read
 */
export function useLog(filter: AuditFilter, before: number | undefined, isFollowing: boolean): Log {
  const { session } = useApp();
  const [view, setView] = useState<LogView | null>(null);
  useEffect(() => {
    let opened: LogView | undefined;
    const cancel = browserClock.after(TYPING_MS, () => {
      const next = openLogView(session.api, filter, before);
      opened = next;
      // What is shown stays until the first answer is here.
      const stop = next.subscribe(() => {
        stop();
        setView(next);
      });
    });
    return () => {
      cancel();
      opened?.close();
    };
  }, [session, filter, before]);

  useEffect(() => {
    if (!view || !isFollowing) return;
    let cancel: (() => void) | undefined;
    const stop = session.onEvents(() => {
      cancel ??= browserClock.after(CALM_MS, () => {
        cancel = undefined;
        view.refresh();
      });
    });
    // What came while it was not followed.
    view.refresh();
    return () => {
      stop();
      cancel?.();
    };
  }, [session, view, isFollowing]);

  const store = useMemo(
    () => ({
      subscribe: (listener: () => void) => view?.subscribe(listener) ?? (() => {}),
      get: () => view?.get() ?? NOTHING,
    }),
    [view],
  );
  return { state: useSyncExternalStore(store.subscribe, store.get), view };
}
