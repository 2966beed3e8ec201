/** The tests of an attempt, asked for when they are over. */
import { useEffect, useState } from 'react';
import type { AttemptTests } from '../../../shared/contract-attempts.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { CallError } from '../../client/call.ts';
import { useApp } from '../../context.ts';

export interface TestsAnswer {
  readonly tests: AttemptTests | null;
  readonly error: CallError | null;
}

const NO_ANSWER: TestsAnswer = { tests: null, error: null };

/** @param endedAt when the tests ended; asked anew when that changes */
export function useTests(attempt: Attempt | undefined, endedAt: number | null): TestsAnswer {
  const { session } = useApp();
  const [answer, setAnswer] = useState(NO_ANSWER);
  const id = attempt?.id;
  const taskId = attempt?.taskId;
  // The summary comes with the end of the attempt.
  const isOver = (attempt?.endedAt ?? null) !== null;
  useEffect(() => {
    if (id === undefined || taskId === undefined || (endedAt === null && !isOver)) return;
    let isCurrent = true;
    void session.api.call('attempts.tests', { id: taskId, attempt: id }).then((result) => {
      if (!isCurrent) return;
      setAnswer(
        result.ok ? { tests: result.value, error: null } : { tests: null, error: result.error },
      );
    });
    return () => {
      isCurrent = false;
    };
  }, [session, id, taskId, endedAt, isOver]);
  return answer;
}
