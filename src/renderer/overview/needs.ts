/** What a person is asked for, by name: changes to review, questions, tasks that nobody tries again. Pure. */
import type { Task } from '../../shared/domain/task.ts';
import { isMerging } from '../task/actions.ts';
import type { Data } from '../store/data.ts';
import { stuck } from './matters.ts';

export type Need =
  | { readonly kind: 'asking'; readonly id: string; readonly target: string; readonly at: number }
  | { readonly kind: 'review' | 'failed'; readonly id: string; readonly task: Task };

export interface Needs {
  /** The first of them: questions, then changes, then failures, the longest waiting first. */
  readonly shown: readonly Need[];
  /** How many there are. */
  readonly count: number;
}

export function needsOf({ live, hosts }: Pick<Data, 'live' | 'hosts'>, most: number): Needs {
  const asking = [...hosts.provisionings.values()]
    .filter(({ state }) => state === 'asking')
    .map(({ id, target, startedAt: at }): Need => ({ kind: 'asking', id, target, at }));
  const review: Task[] = [];
  const failed: Task[] = [];
  for (const task of live.tasks.values()) {
    // One that is being merged has been answered.
    if (task.state === 'review' && !isMerging(task)) review.push(task);
    else if (stuck(task)) failed.push(task);
  }
  const needs = (kind: 'review' | 'failed', tasks: readonly Task[]): Need[] =>
    tasks
      .toSorted((a, b) => a.updatedAt - b.updatedAt)
      .slice(0, most)
      .map((task) => ({ kind, id: task.id, task }));
  return {
    shown: [...asking, ...needs('review', review), ...needs('failed', failed)].slice(0, most),
    count: asking.length + review.length + failed.length,
  };
}
