/**
 * What of a task has to become another because its issue did. Pure. Only what changed at GitHub is taken: what a person set here
 * stays, as long as the issue says what it said.
 */
import type { CommandOf } from '../../../../../shared/domain/command.ts';
import type { Task } from '../../../../../shared/domain/task.ts';
import type { Issue } from '../../port.ts';

/** What an issue asked for when it was last taken. */
export type Asked = Pick<Issue, 'priority' | 'engine' | 'localOnly' | 'specialty' | 'needs'>;
export type Edit = Omit<CommandOf<'task.update'>, 'type' | 'taskId'>;

export function askedIn({ priority, engine, localOnly, specialty, needs }: Issue): Asked {
  return { priority, engine, localOnly, specialty, needs };
}

/** @param last `null`: nobody knows. @returns `null`: nothing */
export function editOf(task: Task, issue: Issue, last: Asked | null): Edit | null {
  if (task.source?.hash === issue.source.hash) return null;
  const edit: Edit = {
    ...(issue.title !== task.title && { title: issue.title }),
    ...(issue.body !== task.body && { body: issue.body }),
    ...priorityOf(task, issue, last),
    ...engineOf(task, issue, last),
    ...(isNew(issue.specialty, last?.specialty, task.specialty) && { specialty: issue.specialty }),
    ...needsOf(task, issue, last),
  };
  return Object.keys(edit).length === 0 ? null : edit;
}

function isNew<T>(asked: T | null, last: T | null | undefined, now: T | null): asked is T {
  return asked !== null && !isSame(asked, last) && !isSame(asked, now);
}

/** A label that was taken away again takes its priority along, unless somebody set another one here. */
function priorityOf(task: Task, { priority }: Issue, last: Asked | null): Edit {
  if (isNew(priority, last?.priority, task.priority)) return { priority };
  const wasAsked = last !== null && last.priority !== null;
  const isGone = wasAsked && priority === null && task.priority === last.priority;
  return isGone && task.priority !== 'normal' ? { priority: 'normal' } : {};
}

/** What is to stay on its agent does so at once, whatever engine was named before; a label taken away again opens it, as before. */
function engineOf(task: Task, { engine, localOnly }: Issue, last: Asked | null): Edit {
  if (localOnly) return task.localOnly ? {} : { localOnly, engine: { kind: 'ollama' } };
  const isOpened = last?.localOnly === true && task.localOnly;
  return {
    ...(isOpened && { localOnly }),
    ...(isNew(engine, last?.engine, task.engine) && (isOpened || !task.localOnly) && { engine }),
  };
}

function needsOf(task: Task, { needs }: Issue, last: Asked | null): Edit {
  const before = last?.needs ?? [];
  const kept = task.needs.filter((need) => !before.includes(need) || needs.includes(need));
  const all = [...new Set([...kept, ...needs.filter((need) => !before.includes(need))])];
  return isSame(all, task.needs) ? {} : { needs: all };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
