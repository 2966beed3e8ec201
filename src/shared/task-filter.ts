/**
 * Which tasks a filter lets through, and in which order they stand: one meaning for the window, which holds some of them,
 * and for the coordinator, which has them all. Pure.
 */
import { PRIORITIES, type Priority, type TaskState } from './domain/task.ts';

/** What a filter looks at. */
export interface TaskFacts {
  /** Number, title, repository and agent, in lower case: where words are looked for. */
  readonly text: string;
  readonly title: string;
  readonly number: number;
  readonly state: TaskState;
  readonly priority: Priority;
  readonly repo: string;
  readonly engine: string;
  /** The agent of the latest attempt. */
  readonly agent: string | undefined;
  readonly needs: readonly string[];
  readonly batch: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is `undefined` lets all through. */
export interface TaskFilter {
  /** In lower case; each must be found. */
  readonly words: readonly string[];
  readonly states?: readonly TaskState[] | undefined;
  readonly priority?: Priority | undefined;
  readonly agent?: string | undefined;
  /** The whole address, or its last part. */
  readonly repo?: string | undefined;
  readonly engine?: string | undefined;
  readonly needs?: string | undefined;
  readonly batch?: string | undefined;
}

export const SORT_KEYS = [
  'updated',
  'number',
  'title',
  'state',
  'repo',
  'priority',
  'engine',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface TaskOrder {
  readonly by: SortKey;
  readonly isDown: boolean;
}

export const NEWEST_CHANGE: TaskOrder = { by: 'updated', isDown: true };

export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

export function passes(facts: TaskFacts, filter: TaskFilter): boolean {
  if (filter.states !== undefined && !filter.states.includes(facts.state)) return false;
  if (filter.priority !== undefined && facts.priority !== filter.priority) return false;
  if (filter.agent !== undefined && facts.agent !== filter.agent) return false;
  if (filter.engine !== undefined && facts.engine !== filter.engine) return false;
  if (filter.needs !== undefined && !facts.needs.includes(filter.needs)) return false;
  if (filter.batch !== undefined && facts.batch !== filter.batch) return false;
  if (filter.repo !== undefined && !isRepo(facts.repo, filter.repo)) return false;
  return filter.words.every((word) => facts.text.includes(word));
}

/** What a task is ordered by: smaller comes first when the order goes up. */
export function sortValue(facts: TaskFacts, by: SortKey): string | number {
  switch (by) {
    case 'updated':
      return facts.updatedAt;
    case 'number':
      return facts.number;
    case 'title':
      return facts.title.toLowerCase();
    case 'priority':
      return PRIORITIES.length - PRIORITIES.indexOf(facts.priority);
    case 'state':
    case 'repo':
    case 'engine':
      return facts[by];
  }
}

/** A place in an order; the number decides between equals, so that no two places are the same. */
export interface Place {
  readonly value: string | number;
  readonly number: number;
}

/** Negative when `a` stands before `b`. */
export function comparePlaces(a: Place, b: Place, { isDown }: Pick<TaskOrder, 'isDown'>): number {
  const up = a.value < b.value ? -1 : a.value > b.value ? 1 : a.number - b.number;
  return isDown ? -up : up;
}

function isRepo(url: string, wanted: string): boolean {
  return url === wanted || url.endsWith(`/${wanted}`) || url.endsWith(`/${wanted}.git`);
}
