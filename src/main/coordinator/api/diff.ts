/** The diff of an attempt over the API: of a change that was up for review, or of work in progress that a checkpoint holds. */
import type { AttemptDiff, FileLines } from '../../../shared/contract-review.ts';
import { workBranchOf } from '../../../shared/domain/branch.ts';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Event, EventOf } from '../../../shared/domain/event.ts';
import type { Change, Task } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskIdOfAttempt, type AttemptId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Forge } from '../forge/port.ts';
import type { Journal } from '../journal/port.ts';
import { eventsOf } from './task-events.ts';

export interface DiffDeps {
  readonly journal: Pick<Journal, 'taskEvents'> & {
    attempt(id: AttemptId): Pick<Attempt, 'kept' | 'checkpoint'> | undefined;
  };
  readonly forge: Pick<Forge, 'diff' | 'lines'>;
}

export interface DiffQuery {
  /** Without it: the newest. */
  readonly attempt?: AttemptId | undefined;
  readonly since?: AttemptId | undefined;
  /** A commit of a checkpoint of `attempt`; without it: the newest. */
  readonly checkpoint?: string | undefined;
}

export async function readDiff(
  { journal, forge }: DiffDeps,
  task: Task,
  { attempt, since, checkpoint }: DiffQuery,
): Promise<Result<AttemptDiff>> {
  const change =
    checkpoint !== undefined
      ? checkpointOf(journal, task, attempt ?? task.attemptId, checkpoint)
      : attempt === undefined
        ? newest(journal, task)
        : changeOf(journal, task, attempt);
  if (!change) return fail(nothing(task, attempt));
  const before = since === undefined ? null : changeOf(journal, task, since);
  if (since !== undefined && !before) return fail(nothing(task, since));
  const shown = before ? { ...change, baseCommit: before.commit } : change;
  const diff = await forge.diff({ ...task, change: shown });
  if (!diff.ok) return fail(rejection(diff.error.code, diff.error.message));
  const { isDone, attemptId } = change;
  return ok({ ...diff.value, attemptId, isDone });
}

export interface LinesQuery {
  readonly commit: string;
  readonly path: string;
  readonly from: number;
  readonly count: number;
}

/** Only of commits that the task's attempts made: a mirror holds more than anybody showed. */
export async function readLines(
  { journal, forge }: DiffDeps,
  task: Task,
  { commit, path, from, count }: LinesQuery,
): Promise<Result<FileLines>> {
  if (task.change?.commit !== commit && !isCommitOf(journal, task, commit)) {
    return fail(rejection('not_found', `${commit} is no commit of ${task.id}`, { id: task.id }));
  }
  const lines = await forge.lines(task, { commit, path, from, count });
  return lines.ok ? lines : fail(rejection(lines.error.code, lines.error.message));
}

function isCommitOf(journal: DiffDeps['journal'], { id }: Task, commit: string): boolean {
  for (const { event } of eventsOf(journal, id)) {
    if (event.type === 'task.review_opened' && event.change.commit === commit) return true;
    if (isSaved(event) && event.commit === commit) return true;
  }
  return false;
}

type Saved = EventOf<'attempt.checkpointed' | 'attempt.work_kept'>;

function isSaved(event: Event): event is Saved {
  return event.type === 'attempt.checkpointed' || event.type === 'attempt.work_kept';
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
  const saved = attempt?.kept ?? attempt?.checkpoint;
  return saved ? unfinished(task, id, saved.commit) : null;
}

function checkpointOf(
  journal: DiffDeps['journal'],
  task: Task,
  id: AttemptId | null,
  commit: string,
): Shown | null {
  for (const { event } of eventsOf(journal, task.id)) {
    if (isSaved(event) && event.attemptId === id && event.commit === commit) {
      return unfinished(task, id, commit);
    }
  }
  return null;
}

/** A checkpoint is one commit on what the attempt started from. */
function unfinished({ repo }: Task, id: AttemptId, commit: string): Shown | null {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return null;
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
