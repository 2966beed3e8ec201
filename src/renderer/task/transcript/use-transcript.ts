/** The transcript of an attempt for a component, and when its parts came. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import { browserClock, nextFrame } from '../../client/clock.ts';
import { useApp } from '../../context.ts';
import { timeFinder, type TimeFinder, type TimedPlace } from './times.ts';
import { createTranscriptStore, type TranscriptState } from './transcript-store.ts';

export function useTranscript(attemptId: AttemptId): TranscriptState {
  const { session } = useApp();
  const store = useMemo(
    () =>
      createTranscriptStore({
        attemptId,
        outputs: session.outputs,
        nextFrame,
        clock: browserClock,
      }),
    [session, attemptId],
  );
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Times of what is being written are asked for at most so often. */
const ASK_EVERY_MS = 5_000;

/** @param end where the last entry begins: when that has moved, times are asked for anew */
export function useTimes({ id, taskId }: Attempt, end: number | null): TimeFinder {
  const { session } = useApp();
  const [places, setPlaces] = useState<readonly TimedPlace[]>([]);
  const latest = useRef(end);
  useEffect(() => {
    latest.current = end;
  }, [end]);
  useEffect(() => {
    let isCurrent = true;
    let asked: number | null | undefined;
    let stop = (): void => {};
    const ask = async (): Promise<void> => {
      stop = browserClock.after(ASK_EVERY_MS, () => void ask());
      if (asked === latest.current) return;
      asked = latest.current;
      const answer = await session.api.call('attempts.transcript_times', {
        id: taskId,
        attempt: id,
      });
      if (isCurrent && answer.ok) setPlaces(answer.value.times);
    };
    void ask();
    return () => {
      isCurrent = false;
      stop();
    };
  }, [session, id, taskId]);
  return useMemo(() => timeFinder(places), [places]);
}
