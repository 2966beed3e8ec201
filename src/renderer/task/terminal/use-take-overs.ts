/** The recorded take-overs of a task that are over; asked for anew when one begins or ends. */
import { useEffect, useState } from 'react';
import type { TakeOver } from '../../../shared/console.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { useApp } from '../../context.ts';

const NONE: readonly TakeOver[] = [];

export function useTakeOvers(id: TaskId, attempts: readonly Attempt[]): readonly TakeOver[] {
  const { session } = useApp();
  const [takeOvers, setTakeOvers] = useState(NONE);
  const since = attempts.find(({ takenOver }) => takenOver !== null)?.takenOver?.at ?? null;
  useEffect(() => {
    let isCurrent = true;
    void session.api.call('consoles.recorded', { id }).then((answer) => {
      // Without an answer the connection is lost; what was known stays.
      if (!isCurrent || !answer.ok) return;
      const isOver = ({ endedAt }: TakeOver): boolean => endedAt !== null || since === null;
      setTakeOvers(answer.value.takeOvers.filter(isOver));
    });
    return () => {
      isCurrent = false;
    };
  }, [session, id, since]);
  return takeOvers;
}
