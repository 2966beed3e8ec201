/** Shows lines that a diff leaves out: reads them from the coordinator, and keeps them while the diff is open. */
import { useCallback, useMemo, useState } from 'react';
import { MOST_LINES } from '../../../shared/contract-review.ts';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import type { CallError } from '../../client/call.ts';
import { useApp } from '../../context.ts';
import { NOTHING_OPENED, withLines, type Opened } from './opened.ts';

export interface OpenedLines {
  openedOf(path: string): Opened;
  readonly hasOpened: boolean;
  /** Reads `count` lines of a file from a line on, in its numbers after the change; at most MOST_LINES. */
  open(path: string, from: number, count: number): void;
  /** Why lines could not be read the last time. */
  readonly error: CallError | null;
}

/** @param commit the state after the change */
export function useOpened(attemptId: AttemptId, commit: string): OpenedLines {
  const { session } = useApp();
  const [byPath, setByPath] = useState<ReadonlyMap<string, Opened>>(new Map());
  const [error, setError] = useState<CallError | null>(null);
  const open = useCallback(
    (path: string, from: number, count: number): void => {
      const id = taskIdOfAttempt(attemptId);
      const input = { id, commit, path, from, count: Math.min(count, MOST_LINES) };
      void session.api.call('tasks.lines', input).then((answer) => {
        setError(answer.ok ? null : answer.error);
        if (!answer.ok) return;
        setByPath((before) => {
          const opened = withLines(before.get(path) ?? NOTHING_OPENED, from, answer.value);
          return new Map([...before, [path, opened]]);
        });
      });
    },
    [session, attemptId, commit],
  );
  return useMemo(
    () => ({
      openedOf: (path) => byPath.get(path) ?? NOTHING_OPENED,
      hasOpened: byPath.size > 0,
      open,
      error,
    }),
    [byPath, open, error],
  );
}
