/** The diff of an attempt, read anew for every commit. */
import { useEffect, useState } from 'react';
import type { AttemptDiff } from '../../../shared/contract-review.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { CallError } from '../../client/call.ts';
import { useApp } from '../../context.ts';

export interface DiffAnswer {
  readonly diff: AttemptDiff | null;
  readonly error: CallError | null;
}

interface Kept extends DiffAnswer {
  /** What was asked for. */
  readonly key: string;
}

const NO_ANSWER: Kept = { key: '', diff: null, error: null };

export interface DiffChoice {
  /** Only what changed since this attempt; `null`: all of the change. */
  readonly since: AttemptId | null;
  /** As this checkpoint holds it; `null`: the newest. */
  readonly checkpoint: string | null;
}

export function useDiff(
  task: Task,
  attempt: Attempt,
  { since, checkpoint }: DiffChoice,
): DiffAnswer {
  const { session } = useApp();
  const [answer, setAnswer] = useState(NO_ANSWER);
  const { id } = task;
  const own = task.change?.attemptId === attempt.id ? task.change.commit : null;
  const saved = (attempt.kept ?? attempt.checkpoint)?.commit ?? '';
  const key = `${attempt.id} ${checkpoint ?? own ?? saved} ${since ?? ''}`;
  const attemptId = attempt.id;
  useEffect(() => {
    let isCurrent = true;
    const input = {
      ...{ id, attempt: attemptId },
      ...(since !== null && { since }),
      ...(checkpoint !== null && { checkpoint }),
    };
    void session.api.call('tasks.diff', input).then((result) => {
      if (!isCurrent) return;
      setAnswer(
        result.ok
          ? { key, diff: result.value, error: null }
          : { key, diff: null, error: result.error },
      );
    });
    return () => {
      isCurrent = false;
    };
  }, [session, id, attemptId, since, checkpoint, key]);
  return answer.key === key ? answer : NO_ANSWER;
}
