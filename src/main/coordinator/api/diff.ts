/** The diff of an attempt over the API: of a change that was up for review, or of work in progress that a checkpoint holds. */
import type { AttemptDiff } from '../../../shared/contract-review.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { workBranchOf } from '../../../shared/domain/branch.ts';
import type { Change, Task } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Forge } from '../forge/port.ts';
import type { Journal } from '../journal/port.ts';
import { eventsOf } from './task-events.ts';

export interface DiffDeps {
  readonly journal: Pick<Journal, 'attempt' | 'taskEvents'>;
  readonly forge: Pick<Forge, 'diff'>;
}

export interface DiffQuery {
  /** Without it: the newest. */
  readonly attempt?: AttemptId | undefined;
  readonly since?: AttemptId | undefined;
}

export async function readDiff(
  { journal, forge }: DiffDeps,
  task: Task,
  { attempt, since }: DiffQuery,
): Promise<Result<AttemptDiff>> {
  const change = attempt === undefined ? newest(journal, task) : changeOf(journal, task, attempt);
  if (!change) return fail(nothing(task, attempt));
  const before = since === undefined ? null : changeOf(journal, task, since);
  if (since !== undefined && !before) return fail(nothing(task, since));
  const shown = before ? { ...change, baseCommit: before.commit } : change;
  const diff = await forge.diff({ ...task, change: shown });
  if (!diff.ok) return fail(rejection(diff.error.code, diff.error.message));
  const { isDone, attemptId } = change;
  return ok({ ...diff.value, attemptId, isDone });
}

type Shown = Change & { readonly isDone: boolean };

function nothing({ id, state }: Task, attempt: AttemptId | undefined) {
  const what = attempt === undefined ? `${id} has no change to show yet: it is ${state}` : null;
  const message = what ?? `${attempt} left no change that could be shown`;
  return rejection('not_found', message, { id });
}

function newest(journal: DiffDeps['journal'], task: Task): Shown | null {
  if (task.change) return { ...task.change, isDone: true };
  return task.attemptId === null ? null : changeOf(journal, task, task.attemptId);
}

function changeOf(journal: DiffDeps['journal'], task: Task, id: AttemptId): Shown | null {
  const { change } = task;
  if (change?.attemptId === id) return { ...change, isDone: true };
  if (taskIdOfAttempt(id) !== task.id) return null;
  for (const { event } of eventsOf(journal, task.id)) {
    if (event.type === 'task.review_opened' && event.change.attemptId === id) {
      return { ...event.change, isDone: true };
    }
  }
  const attempt = journal.attempt(id);
  return attempt ? unfinished(task, attempt) : null;
}

/** A checkpoint is one commit on what the attempt started from. */
function unfinished({ repo }: Task, { id, kept, checkpoint }: Attempt): Shown | null {
  const commit = (kept ?? checkpoint)?.commit;
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  return {
    attemptId: id,
    branch: workBranchOf(id),
    commit,
    base: repo.base ?? '',
    baseCommit: `${commit}^1`,
    stats: { files: 0, insertions: 0, deletions: 0 },
    tests: { outcome: 'skipped', why: 'work in progress' },
    isDone: false,
  };
}
