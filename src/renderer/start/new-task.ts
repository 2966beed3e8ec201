/** What the form of a new task holds, and the call it makes of it. Pure. */
import type { InputOf } from '../../shared/contract.ts';
import type { EngineKind } from '../../shared/domain/engine.ts';
import type { Priority } from '../../shared/domain/task.ts';

export interface NewTaskDraft {
  readonly repo: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly priority: Priority;
  readonly engine: EngineKind;
  /** For the engine `command`. */
  readonly run: string;
  /** For every engine but `command`; empty: its default. */
  readonly model: string;
}

export const EMPTY_DRAFT: NewTaskDraft = {
  repo: '',
  base: '',
  title: '',
  body: '',
  priority: 'normal',
  engine: 'claude-code',
  run: '',
  model: '',
};

export type DraftField = 'repo' | 'title' | 'run';

/** The fields that must be filled and are not. */
export function lackingFields(draft: NewTaskDraft): DraftField[] {
  const needed: DraftField[] =
    draft.engine === 'command' ? ['repo', 'title', 'run'] : ['repo', 'title'];
  return needed.filter((field) => draft[field].trim() === '');
}

export function inputOf(draft: NewTaskDraft): InputOf<'tasks.create'> {
  const base = draft.base.trim();
  const model = draft.model.trim();
  return {
    repo: draft.repo.trim(),
    title: draft.title.trim(),
    body: draft.body,
    priority: draft.priority,
    engine:
      draft.engine === 'command'
        ? { kind: 'command', run: draft.run.trim() }
        : { kind: draft.engine, ...(model !== '' && { model }) },
    ...(base !== '' && { base }),
  };
}
