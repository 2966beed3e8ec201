/**
 * The moment at which the views of a task stand together: an attempt, and a time. It is kept in the address
 * (`?attempt=task-1.2&at=…`, epoch ms), so that it can be linked and survives a change of the view.
 */
import { useCallback, useMemo } from 'react';
import { useAddress, withFields, type AddressFields } from '../address.ts';
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
export function withMoment(search: URLSearchParams, moment: Moment): URLSearchParams {
  return withFields(search, fieldsOf(moment));
}

function fieldsOf({ attemptId, at }: Moment): AddressFields {
  return { attempt: attemptId, at: at === null ? null : String(Math.round(at)) };
}

/** The moment of the open task, and a way to another. The address is replaced: going back leaves the task. */
export function useMoment(): readonly [Moment, (moment: Moment) => void] {
  const [search, put] = useAddress();
  const moment = useMemo(() => readMoment(search), [search]);
  const setMoment = useCallback((next: Moment) => put(fieldsOf(next)), [put]);
  return [moment, setMoment];
}
