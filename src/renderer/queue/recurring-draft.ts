/** What the form of a recurring task holds, and the call it makes of it. Pure. */
import type { InputOf } from '../../shared/contract.ts';
import type { RecurringShown } from '../../shared/contract-making.ts';
import type { ChosenKind } from '../../shared/domain/engine.ts';
import type { Priority } from '../../shared/domain/task.ts';

export interface RecurringDraft {
  readonly cron: string;
  readonly timeZone: string;
  readonly repo: string;
  readonly title: string;
  readonly body: string;
  readonly priority: Priority;
  readonly overlap: 'allow' | 'skip';
  /** `null`: the usual one. */
  readonly engine: ChosenKind | null;
  /** For the engine `command`. */
  readonly run: string;
  /** The one that is changed; `null`: a new one. Of its pattern, what the form does not show stays. */
  readonly before: RecurringShown['recurring'] | null;
}

export function emptyDraft(timeZone: string): RecurringDraft {
  return {
    ...{ cron: '30 6 * * 1-5', timeZone, repo: '', title: '', body: '' },
    ...{ priority: 'normal', overlap: 'skip', engine: null, run: '', before: null },
  };
}

export function draftOf({ recurring }: RecurringShown): RecurringDraft {
  const { cron, overlap, pattern, timeZone } = recurring;
  const { body, engine, priority, repo, title } = pattern;
  return {
    ...{ cron, timeZone, overlap, body, priority, title, repo: repo.url, before: recurring },
    engine: engine.kind,
    run: engine.kind === 'command' ? engine.run : '',
  };
}

export function inputOf(draft: RecurringDraft): InputOf<'recurring.save'> {
  const { before, body, overlap, priority } = draft;
  const repo = draft.repo.trim();
  const base = before?.pattern.repo.url === repo ? before.pattern.repo.base : null;
  const { repo: _, ...kept } = before?.pattern ?? { repo: null };
  return {
    ...(before && { id: before.id }),
    cron: draft.cron.trim(),
    timeZone: draft.timeZone.trim(),
    task: {
      ...kept,
      ...(base !== null && { base }),
      ...{ repo, title: draft.title.trim(), body, priority },
      ...engineOf(draft),
    },
    overlap,
    isOn: before?.isOn ?? true,
  };
}

/** One that is named as before keeps its model. */
function engineOf({ engine: kind, run, before }: RecurringDraft) {
  if (kind === null) return {};
  if (kind === 'command') return { engine: { kind, run: run.trim() } };
  return kind === before?.pattern.engine.kind ? {} : { engine: { kind } };
}
