/** What a person changes in what was found of a task, and the call it makes. Pure. */
import type { InputOf } from '../../../shared/contract.ts';
import { TASK_SIZES, type TaskSize } from '../../../shared/domain/analysis.ts';
import type { SecurityLevel } from '../../../shared/domain/security.ts';
import type { Specialty } from '../../../shared/domain/specialty.ts';
import type { Task } from '../../../shared/domain/task.ts';

export interface AnalysisDraft {
  readonly specialty: Specialty;
  readonly size: TaskSize;
  readonly security: SecurityLevel;
  readonly location: string;
  /** Words with spaces between them. */
  readonly needs: string;
  /** One a line. */
  readonly concurrency: string;
}

export function draftOf(task: Task): AnalysisDraft {
  return {
    specialty: task.specialty ?? 'general',
    size: task.analysis?.size.value ?? TASK_SIZES[1],
    security: task.security,
    location: task.location ?? '',
    needs: task.needs.join(' '),
    concurrency: task.concurrency.join('\n'),
  };
}

/** Only what was changed: the rest keeps its source. */
export function changeOf(task: Task, draft: AnalysisDraft): InputOf<'tasks.update'> {
  const before = draftOf(task);
  const isNew = (field: keyof AnalysisDraft): boolean => draft[field] !== before[field];
  const location = draft.location.trim();
  return {
    id: task.id,
    ...(isNew('specialty') && { specialty: draft.specialty }),
    ...(isNew('size') && { analysis: { size: draft.size } }),
    ...(isNew('security') && { security: draft.security }),
    ...(isNew('location') && { location: location === '' ? null : location }),
    ...(isNew('needs') && { needs: draft.needs.split(/\s+/).filter((word) => word !== '') }),
    ...(isNew('concurrency') && {
      concurrency: draft.concurrency
        .split('\n')
        .map((key) => key.trim())
        .filter((key) => key !== ''),
    }),
  };
}
