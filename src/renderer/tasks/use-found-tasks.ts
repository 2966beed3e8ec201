/**
 * Tasks that the window does not hold: while there are more than it has, the coordinator is asked for what fits the filter,
 * page by page. Those that the live copy holds too are left to it, since it keeps them up to date.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Task } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useData, useUi } from '../context.ts';
import type { Data } from '../store/data.ts';
import { selectLink } from '../store/selectors.ts';
import { sharedSort, type ListOrder } from './columns.ts';
import { findInput, type ListFilter } from './filter.ts';

export interface FoundTasks {
  readonly isBusy: boolean;
  /** How many fit in the whole workshop; `null` while the window holds all there are. */
  readonly total: number | null;
  readonly hasMore: boolean;
  /** True when more fit than are kept here. */
  readonly isFull: boolean;
  more(): void;
}

interface Page {
  readonly total: number | null;
  readonly cursor: string | null;
}

const PAGE = 200;
/** Kept at most besides the live copy. */
const MOST_FOUND = 5_000;
/** A pause in typing. */
const CALM_MS = 60;
const NOTHING: Page = { total: null, cursor: null };
const NO_TASKS: ReadonlyMap<TaskId, Task> = new Map();

const selectHasAll = ({ live }: Data): boolean =>
  Object.values(live.counts).reduce((sum, n) => sum + n, 0) <= live.tasks.size;

export function useFoundTasks(filter: ListFilter, order: ListOrder): FoundTasks {
  const { session, data, ui } = useApp();
  const hasAll = useData(selectHasAll);
  const link = useUi(selectLink);
  const [page, setPage] = useState(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const asked = useRef(0);

  const ask = useCallback(
    async (cursor: string | null) => {
      const turn = ++asked.current;
      setBusy(true);
      const answer = await session.api.call('tasks.find', {
        ...findInput(filter),
        limit: PAGE,
        sort: sharedSort(order.by) ?? 'updated',
        order: order.isDown ? 'down' : 'up',
        ...(cursor !== null && { cursor }),
      });
      // What was typed since is asked for by itself.
      if (turn !== asked.current) return;
      setBusy(false);
      // The banner says it when the coordinator is away; it is asked again when it is back.
      if (!answer.ok) {
        setPage((before) => ({ ...before, cursor: null }));
        return;
      }
      const { tasks, total, nextCursor } = answer.value;
      const held = data.getState().live.tasks;
      ui.setState(({ taskList }) => {
        const found = new Map(cursor === null ? NO_TASKS : taskList.found);
        for (const task of tasks) if (!held.has(task.id)) found.set(task.id, task);
        return { taskList: { ...taskList, found } };
      });
      setPage({ total, cursor: nextCursor });
    },
    [session, data, ui, filter, order],
  );

  useEffect(() => {
    if (hasAll || link !== 'open') return undefined;
    return browserClock.after(CALM_MS, () => void ask(null));
  }, [hasAll, link, ask]);
  useEffect(
    () => () => ui.setState(({ taskList }) => ({ taskList: { ...taskList, found: NO_TASKS } })),
    [ui],
  );

  const isFull = ui.getState().taskList.found.size >= MOST_FOUND;
  const { cursor, total } = hasAll ? NOTHING : page;
  return {
    isBusy: isBusy && !hasAll,
    total,
    hasMore: cursor !== null && !isFull,
    isFull: cursor !== null && isFull,
    more: () => {
      if (cursor !== null && !isBusy && !isFull) void ask(cursor);
    },
  };
}
