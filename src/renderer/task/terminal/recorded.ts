/** What a terminal is a recording of: an attempt, or a take-over of it; and how the coordinator is asked about it. Pure. */
import type { ConsoleId, TakeOver } from '../../../shared/console.ts';
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import { taskIdOfAttempt, type AttemptId, type TaskId } from '../../../shared/ids.ts';

export interface Recorded {
  readonly attempt: Attempt;
  /** `null`: the attempt's own terminal. */
  readonly takeOver: TakeOver | null;
}

export interface RecordedInput {
  readonly id: TaskId;
  readonly attempt: AttemptId;
  readonly takeOver?: ConsoleId | undefined;
}

export function inputFor(attempt: AttemptId, takeOver: ConsoleId | undefined): RecordedInput {
  const id = taskIdOfAttempt(attempt);
  return takeOver === undefined ? { id, attempt } : { id, attempt, takeOver };
}

/** Nothing more is to come. */
export function isOver({ attempt, takeOver }: Recorded): boolean {
  return takeOver !== null || isAttemptEnd(attempt.state);
}
