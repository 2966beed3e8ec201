/**
 * The moment at which the views of a task stand together: an attempt, and a time. It is kept in the address
 * (`?attempt=task-1.2&at=…`, epoch ms), so that it can be linked and survives a change of the view.
 */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { AttemptId } from '../../shared/ids.ts';

export interface Moment {
  /** `null`: the newest. */
  readonly attemptId: AttemptId | null;
  /** Epoch ms; `null`: as it is now. */
  readonly at: number | null;
}

/** What an address says; what makes no sense in it counts as not said. */
export function readMoment(search: URLSearchParams): Moment {
  const at = Number(search.get('at') ?? Number.NaN);
  return {
    attemptId: AttemptId.safeParse(search.get('attempt')).data ?? null,
    at: Number.isSafeInteger(at) && at > 0 ? at : null,
  };
}

/** The address with another moment; whatever else it says stays. */
export function withMoment(search: URLSearchParams, { attemptId, at }: Moment): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete('attempt');
  next.delete('at');
  if (attemptId !== null) next.set('attempt', attemptId);
  if (at !== null) next.set('at', String(Math.round(at)));
  return next;
}

/** The moment of the open task, and a way to another. The address is replaced: going back leaves the task. */
export function useMoment(): readonly [Moment, (moment: Moment) => void] {
  const [search, setSearch] = useSearchParams();
  const moment = useMemo(() => readMoment(search), [search]);
  const setMoment = useCallback(
    (next: Moment) => setSearch((now) => withMoment(now, next), { replace: true }),
    [setSearch],
  );
  return [moment, setMoment];
}
