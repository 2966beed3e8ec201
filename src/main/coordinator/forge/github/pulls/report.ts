/** What is told to the journal of a pull request. */
import type { Command } from '../../../../../shared/domain/command.ts';
import type { Merge, MergeRefusal, Task } from '../../../../../shared/domain/task.ts';
import { fail, ok } from '../../../../../shared/result.ts';
import { problem } from '../api/problem.ts';
import type { Done, PullsDeps, Round } from './deps.ts';

/** Pause before what could not be committed (a full disk) is tried again. */
const AGAIN_MS = 5_000;

type Reporting = Pick<PullsDeps, 'journal' | 'clock'>;

/** Ends an approval, if there is one. */
export async function refuse(
  { id: taskId, merge }: Task,
  code: MergeRefusal,
  message: string,
  files: readonly string[],
  deps: Reporting,
): Done<Round> {
  if (merge?.state !== 'requested') return ok('done');
  const refusal: Extract<Merge, { state: 'refused' }> = {
    state: 'refused',
    at: deps.clock.now(),
    code,
    message,
    files: [...files],
  };
  const told = await submit({ type: 'task.merge_result', taskId, merge: refusal }, 'forge', deps);
  return told.ok ? ok('done') : told;
}

/** What the journal refuses because the task has moved on is no failure: the next look tells. */
export async function submit(command: Command, actor: string, deps: Reporting): Done<null> {
  const result = await deps.journal.submit(command, { actor });
  if (result.ok) return ok(null);
  const { code, message } = result.error;
  if (code === 'illegal_transition' || code === 'merge_in_progress' || code === 'not_found')
    return ok(null);
  return fail(problem('aborted', message, { retryAt: deps.clock.now() + AGAIN_MS }));
}
