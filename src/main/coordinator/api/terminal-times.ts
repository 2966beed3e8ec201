/** Over the API: when the terminal of an attempt printed what. */
import { OPERATIONS } from '../../../shared/contract.ts';
import type { ConsoleId } from '../../../shared/console.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskIdOfAttempt, type AttemptId, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings, TakeOverRecord, TakeOvers, TerminalTimes } from '../terminal/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';
import { existing } from './existing.ts';

export interface TerminalTimesDeps {
  readonly journal: Journal;
  readonly recordings: Pick<Recordings, 'times' | 'takeOvers'>;
}

type TimesRoutes = Pick<Routes, Extract<keyof Routes, `terminal.${string}`>>;

interface Wanted {
  readonly id: TaskId;
  readonly attempt?: AttemptId | undefined;
  readonly takeOver?: ConsoleId | undefined;
}

const NOTHING = { first: null, last: null };

export function terminalTimesRoutes({ journal, recordings }: TerminalTimesDeps): TimesRoutes {
  /** `null`: nothing was printed. */
  function timesOf({ id, attempt, takeOver }: Wanted): Result<TerminalTimes | null> {
    const attemptId = recordedAttempt(journal, id, attempt);
    if (!attemptId.ok || attemptId.value === null) return attemptId.ok ? ok(null) : attemptId;
    if (takeOver !== undefined) {
      const found = recordedTakeOver(recordings.takeOvers, attemptId.value, takeOver);
      return found.ok ? ok(found.value.times) : found;
    }
    const times = recordings.times(attemptId.value);
    return ok(times.range() === null ? null : times);
  }

  return {
    'terminal.seek': route(OPERATIONS['terminal.seek'], async ({ at, offset, ...wanted }) => {
      const times = timesOf(wanted);
      if (!times.ok) return times;
      const range = times.value?.range();
      if (!times.value || !range) return ok({ moment: null, ...NOTHING });
      if (at !== undefined) return ok({ ...range, moment: await times.value.atTime(at) });
      if (offset === undefined) return ok({ ...range, moment: range.last });
      return ok({ ...range, moment: await times.value.atOffset(offset) });
    }),
    'terminal.pace': route(OPERATIONS['terminal.pace'], async ({ from, ...wanted }) => {
      const times = timesOf(wanted);
      if (!times.ok) return times;
      if (!times.value) return ok({ places: [], next: null });
      const { places, next } = await times.value.pace(from);
      return ok({ places: [...places], next });
    }),
    'terminal.modes': route(OPERATIONS['terminal.modes'], async ({ offset, ...wanted }) => {
      const times = timesOf(wanted);
      if (!times.ok) return times;
      return ok({ modes: (await times.value?.modesAt(offset)) ?? '' });
    }),
    'terminal.activity': route(OPERATIONS['terminal.activity'], async ({ buckets, ...wanted }) => {
      const times = timesOf(wanted);
      if (!times.ok) return times;
      const range = times.value?.range();
      if (!times.value || !range) return ok({ ...NOTHING, buckets: [] });
      return ok({ ...range, buckets: await times.value.activity(buckets) });
    }),
  };
}

export function recordedTakeOver(
  takeOvers: TakeOvers,
  attemptId: AttemptId,
  id: ConsoleId,
): Result<TakeOverRecord> {
  const found = takeOvers.find(attemptId, id);
  if (found) return ok(found);
  return fail(rejection('not_found', `${attemptId} has no recorded take-over ${id}`, { id }));
}

/** The attempt that is asked about, else the newest; `null`: the task has none yet. */
export function recordedAttempt(
  journal: Journal,
  id: TaskId,
  attempt: AttemptId | undefined,
): Result<AttemptId | null> {
  const task = existing(journal, id);
  if (!task.ok) return task;
  const attemptId = attempt ?? task.value.attemptId;
  if (attemptId === null) return ok(null);
  if (taskIdOfAttempt(attemptId) === id && journal.attempt(attemptId)) return ok(attemptId);
  return fail(
    rejection('not_found', `${id} has no attempt ${attemptId}`, { id, attempt: attemptId }),
  );
}
