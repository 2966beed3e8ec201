/** What the form of a new task holds, and the call it makes of it. Pure. */
import type { InputOf } from '../../shared/contract.ts';
import type { ChosenKind } from '../../shared/domain/engine.ts';
import type { SecurityLevel } from '../../shared/domain/security.ts';
import type { Priority, UpstreamRule } from '../../shared/domain/task.ts';

export interface NewTaskDraft {
  readonly repo: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly priority: Priority;
  /** `null`: nobody has chosen; the usual one is meant. */
  readonly engine: ChosenKind | null;
  /** Nothing of it leaves the agent for a model. */
  readonly localOnly: boolean;
  /** For the engine `command`. */
  readonly run: string;
  /** For every engine but `command`; empty: its default. */
  readonly model: string;
  /** `null`: as the analysis finds it. */
  readonly security: SecurityLevel | null;
  readonly location: string;
  /** Words with spaces between them. */
  readonly needs: string;
  readonly concurrency: string;
  /** Ids of tasks, with spaces between them. */
  readonly after: string;
  readonly upstream: UpstreamRule;
  /** As the field gives it: `2026-11-22T18:00`, in the time zone of this PC; empty: at once. */
  readonly at: string;
}

export const EMPTY_DRAFT: NewTaskDraft = {
  repo: '',
  base: '',
  title: '',
  body: '',
  priority: 'normal',
  engine: null,
  localOnly: false,
  run: '',
  model: '',
  security: null,
  location: '',
  needs: '',
  concurrency: '',
  after: '',
  upstream: 'wait',
  at: '',
};

export type DraftField = 'repo' | 'title' | 'run';

/** The fields that must be filled and are not. */
export function lackingFields(draft: NewTaskDraft): DraftField[] {
  const needed: DraftField[] =
    draft.engine === 'command' && !draft.localOnly ? ['repo', 'title', 'run'] : ['repo', 'title'];
  return needed.filter((field) => draft[field].trim() === '');
}

export function inputOf(draft: NewTaskDraft): InputOf<'tasks.create'> {
  const base = draft.base.trim();
  return {
    repo: draft.repo.trim(),
    title: draft.title.trim(),
    body: draft.body,
    priority: draft.priority,
    ...(draft.localOnly && { localOnly: true }),
    ...engineOf(draft),
    ...(base !== '' && { base }),
    ...moreOf(draft),
  };
}

function moreOf(draft: NewTaskDraft): Partial<InputOf<'tasks.create'>> {
  const { security, location, at, upstream } = draft;
  const [needs, after, concurrency] = [draft.needs, draft.after, draft.concurrency].map(wordsOf);
  const time = at === '' ? Number.NaN : new Date(at).getTime();
  return {
    ...(security !== null && { security }),
    ...(location.trim() !== '' && { location: location.trim() }),
    ...(needs && { needs }),
    ...(concurrency && { concurrency }),
    ...(after && { after, ...(upstream === 'skip' && { upstream }) }),
    ...(Number.isFinite(time) && { at: time }),
  };
}

function wordsOf(text: string): string[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}

function engineOf({
  engine: kind,
  run,
  model: asked,
  localOnly,
}: NewTaskDraft): Pick<InputOf<'tasks.create'>, 'engine'> {
  const model = asked.trim();
  if (localOnly)
    return { engine: { kind: 'ollama', ...(kind === 'ollama' && model && { model }) } };
  if (kind === null) return {};
  if (kind === 'auto') return { engine: { kind } };
  if (kind === 'command') return { engine: { kind, run: run.trim() } };
  return { engine: { kind, ...(model !== '' && { model }) } };
}
