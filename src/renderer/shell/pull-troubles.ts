/** What a person should hear of pull requests: checks that failed, a reviewer who asks for changes. Each is told once. */
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { PullRequest } from '../../shared/domain/pull.ts';
import type { TaskId } from '../../shared/ids.ts';

export interface PullTrouble {
  readonly taskId: TaskId;
  readonly kind: 'checks' | 'changes';
}

/** Finds the new troubles in events as they come, and remembers those of pull requests that are open. */
export type PullWatch = (events: readonly StoredEvent[]) => PullTrouble[];

export function watchPulls(): PullWatch {
  const told = new Map<TaskId, ReadonlySet<string>>();
  return (events) =>
    events.flatMap(({ event }) => {
      if (event.type !== 'task.pull_changed') return [];
      const { taskId, pull } = event;
      const before = told.get(taskId);
      const now = troublesOf(pull);
      if (pull.state === 'open') told.set(taskId, new Set(now.map(({ mark }) => mark)));
      else told.delete(taskId);
      return now
        .filter(({ mark }) => before?.has(mark) !== true)
        .map(({ kind }) => ({ taskId, kind }));
    });
}

interface Trouble {
  readonly kind: PullTrouble['kind'];
  /** The same one has the same mark. A commit has checks of its own; a request for changes lasts until it is taken back. */
  readonly mark: string;
}

function troublesOf({ state, checks, review, headCommit }: PullRequest): Trouble[] {
  if (state !== 'open') return [];
  return [
    ...(checks === 'failed' ? [{ kind: 'checks' as const, mark: `checks ${headCommit}` }] : []),
    ...(review === 'changes_requested' ? [{ kind: 'changes' as const, mark: 'changes' }] : []),
  ];
}
