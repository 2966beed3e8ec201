/** The columns of the table: how wide, which are shown, and what each is sorted by. The choice is kept in this window. Pure. */
import { z } from 'zod';
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { Task } from '../../shared/domain/task.ts';
import {
  comparePlaces,
  NEWEST_CHANGE,
  SORT_KEYS,
  sortValue,
  type SortKey,
} from '../../shared/task-filter.ts';
import { factsOf } from './filter.ts';

export const COLUMNS = [
  'state',
  'progress',
  'agent',
  'repo',
  'engine',
  'priority',
  'change',
  'tests',
  'age',
  'duration',
  'cost',
  'updated',
] as const;
export type Column = (typeof COLUMNS)[number];

const LOCAL_SORTS = ['change', 'tests', 'duration', 'cost'] as const;
const LIST_SORTS = [...SORT_KEYS, ...LOCAL_SORTS] as const;
export type ListSort = (typeof LIST_SORTS)[number];

export interface ListOrder {
  readonly by: ListSort;
  readonly isDown: boolean;
}

/** What a click on the head of a column sorts by. */
export const SORTS: Readonly<Record<Column | 'task', ListSort | null>> = {
  task: 'title',
  state: 'state',
  progress: null,
  agent: null,
  repo: 'repo',
  engine: 'engine',
  priority: 'priority',
  change: 'change',
  tests: 'tests',
  age: 'number',
  duration: 'duration',
  cost: 'cost',
  updated: 'updated',
};

const WIDTHS: Readonly<Record<Column, number>> = {
  state: 104,
  progress: 190,
  agent: 120,
  repo: 120,
  engine: 96,
  priority: 84,
  change: 88,
  tests: 76,
  age: 84,
  duration: 84,
  cost: 72,
  updated: 92,
};
const NARROWEST = 56;
const WIDEST = 600;

/** Written at the end of their column. */
export const RIGHT: ReadonlySet<Column> = new Set(['change', 'age', 'duration', 'cost', 'updated']);

const TableLayout = z.object({
  hidden: z.array(z.enum(COLUMNS)),
  widths: z.partialRecord(z.enum(COLUMNS), z.number()),
});
export interface TableLayout {
  readonly hidden: readonly Column[];
  readonly widths: Readonly<Partial<Record<Column, number>>>;
}

export const FIRST_LAYOUT: TableLayout = {
  hidden: ['engine', 'priority', 'tests', 'age', 'duration', 'cost'],
  widths: {},
};

/** @param kept as it was written; what another version wrote is forgotten */
export function layoutOf(kept: string | null): TableLayout {
  if (kept === null) return FIRST_LAYOUT;
  try {
    return TableLayout.parse(JSON.parse(kept));
  } catch {
    // Nothing depends on it.
    return FIRST_LAYOUT;
  }
}

export function shownColumns({ hidden }: TableLayout): readonly Column[] {
  return COLUMNS.filter((column) => !hidden.includes(column));
}

export function toggled(layout: TableLayout, column: Column): TableLayout {
  const { hidden } = layout;
  const isHidden = hidden.includes(column);
  return {
    ...layout,
    hidden: isHidden ? hidden.filter((one) => one !== column) : [...hidden, column],
  };
}

/** In px. */
export function widthOf({ widths }: TableLayout, column: Column): number {
  return widths[column] ?? WIDTHS[column];
}

export function resized(layout: TableLayout, column: Column, px: number): TableLayout {
  const width = Math.round(Math.min(WIDEST, Math.max(NARROWEST, px)));
  return { ...layout, widths: { ...layout.widths, [column]: width } };
}

/** For `grid-template-columns`: the box, the task, then the columns. */
export function templateOf(layout: TableLayout): string {
  const widths = shownColumns(layout).map((column) => `${widthOf(layout, column)}px`);
  return ['20px', 'minmax(220px, 1fr)', ...widths].join(' ');
}

/** `-title` in the address is the order by title, downwards. */
export function orderOf(text: string | null): ListOrder {
  const by = LIST_SORTS.find((sort) => sort === text?.replace(/^-/, ''));
  return by && text !== null ? { by, isDown: text.startsWith('-') } : NEWEST_CHANGE;
}

/** `null`: the one that needs no writing. */
export function orderText({ by, isDown }: ListOrder): string | null {
  if (by === NEWEST_CHANGE.by && isDown === NEWEST_CHANGE.isDown) return null;
  return isDown ? `-${by}` : by;
}

/** What the coordinator can sort by; it knows tasks, and not what their attempts took. */
export function sharedSort(by: ListSort): SortKey | null {
  return SORT_KEYS.find((key) => key === by) ?? null;
}

export function inOrder(
  tasks: readonly Task[],
  attemptOf: (task: Task) => Attempt | undefined,
  order: ListOrder,
): Task[] {
  const by = sharedSort(order.by);
  return tasks
    .map((task) => {
      const facts = factsOf(task, undefined, false);
      const value = by ? sortValue(facts, by) : ownValue(task, attemptOf(task), order.by);
      return { task, value, number: facts.number };
    })
    .toSorted((a, b) => comparePlaces(a, b, order))
    .map(({ task }) => task);
}

/** ms; up to now while it goes on. */
export function durationOf(attempt: Attempt, now: number): number {
  return (attempt.endedAt ?? now) - (attempt.startedAt ?? attempt.assignedAt);
}

const TESTS = ['skipped', 'passed', 'failed'] as const;

// What is not known stands below all that is.
function ownValue({ change }: Task, attempt: Attempt | undefined, by: ListSort): number {
  if (by === 'change') return change ? change.stats.insertions + change.stats.deletions : -1;
  if (by === 'tests') return change ? TESTS.indexOf(change.tests.outcome) : -1;
  if (by === 'cost') return attempt?.usage?.costUsd ?? -1;
  // One that goes on is longer than all that ended since it began; its start decides among those.
  if (!attempt) return -1;
  return attempt.endedAt === null
    ? Number.MAX_SAFE_INTEGER - attempt.assignedAt
    : durationOf(attempt, attempt.endedAt);
}
