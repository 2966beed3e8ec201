/** How far the attempt of a task is, for the table: its steps, or what stops it. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { PhaseTrack } from '../PhaseTrack.tsx';
import { TroubleWords } from '../TroubleNote.tsx';
import { useTrouble } from '../use-trouble.ts';

export interface ProgressProps {
  readonly task: Task;
  readonly attempt: Attempt;
}

export function Progress({ task, attempt }: ProgressProps) {
  const trouble = useTrouble(task);
  const isStopped = trouble?.kind === 'reconnecting' || trouble?.kind === 'paused';
  return isStopped ? <TroubleWords trouble={trouble} /> : <PhaseTrack attempt={attempt} />;
}
