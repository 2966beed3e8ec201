/** Parts of the queue that are switched by themselves. Pure. */
import type { QueueScope, Workshop } from './state.ts';
import type { Priority } from './task.ts';

/** Whether that switch is off; without a scope, the one for all. */
export function isPaused(
  { queuePaused, pauses }: Pick<Workshop, 'queuePaused' | 'pauses'>,
  scope: QueueScope | undefined,
): boolean {
  return scope ? pauses.some((one) => isSame(one, scope)) : queuePaused;
}

/** The switches after this one was thrown. */
export function withPause(
  { pauses }: Pick<Workshop, 'pauses'>,
  scope: QueueScope,
  paused: boolean,
): QueueScope[] {
  const others = pauses.filter((one) => !isSame(one, scope));
  return paused ? [...others, scope] : others;
}

/** The switch that keeps a task of this priority and repository back; `null`: none of them. */
export function pauseOf(
  { pauses }: Pick<Workshop, 'pauses'>,
  { priority, repo }: { readonly priority: Priority; readonly repo: string },
): QueueScope | null {
  const keeps = (one: QueueScope): boolean =>
    'repo' in one ? one.repo === repo : one.priority === priority;
  return pauses.find(keeps) ?? null;
}

function isSame(a: QueueScope, b: QueueScope): boolean {
  if ('repo' in a) return 'repo' in b && a.repo === b.repo;
  return 'priority' in b && a.priority === b.priority;
}
