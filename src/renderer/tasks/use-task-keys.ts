/** The keys that need the order of the list: moving in it, opening, selecting on. Other keys are actions of the palette. */
import { useHotkeys } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { TaskId } from '../../shared/ids.ts';
import { useApp } from '../context.ts';
import { chosenWith, pruned, stepped, type TaskList } from './list.ts';

export interface TaskKeys {
  /** Selects one, or all up to it. Stays the same, so that cards are not drawn anew. */
  readonly choose: (id: TaskId, isRange: boolean) => void;
  readonly chooseAll: () => void;
  readonly clear: () => void;
}

/** @param ids those that are shown, in their order */
export function useTaskKeys(ids: readonly TaskId[], open: (id: TaskId) => void): TaskKeys {
  const { ui } = useApp();
  const shown = useRef(ids);
  const change = useCallback(
    (next: (list: TaskList) => TaskList): void =>
      ui.setState(({ taskList }) => ({ taskList: next(taskList) })),
    [ui],
  );
  const keys = useMemo<TaskKeys>(
    () => ({
      choose: (id, isRange) => change((list) => chosenWith(list, id, isRange, shown.current)),
      chooseAll: () => change((list) => ({ ...list, chosen: new Set(shown.current) })),
      clear: () => change((list) => ({ ...list, chosen: new Set(), anchor: null })),
    }),
    [change],
  );
  useEffect(() => {
    shown.current = ids;
    const { taskList } = ui.getState();
    if (taskList.chosen.size === 0) return;
    const next = pruned(taskList, new Set(ids));
    if (next !== taskList) ui.setState({ taskList: next });
  }, [ui, ids]);

  const move = (step: 1 | -1, isRange = false): void =>
    change((list) => {
      const cursor = stepped(ids, list.cursor, step);
      if (cursor === null || !isRange) return { ...list, cursor };
      const from = list.anchor ?? list.cursor ?? cursor;
      return chosenWith({ ...list, anchor: from }, cursor, true, ids);
    });
  const enter = ({ target }: KeyboardEvent): void => {
    // A focused button or link answers Enter by itself.
    if (target instanceof HTMLElement && target.closest('button, a, [role=menuitem]')) return;
    const { cursor } = ui.getState().taskList;
    if (cursor !== null && ids.includes(cursor)) open(cursor);
  };
  const escape = ({ target }: KeyboardEvent): void => {
    // What it closes may be gone by now.
    if (!(target instanceof HTMLElement) || !target.isConnected) return;
    if (target.closest('[role=dialog], [role=menu]')) return;
    keys.clear();
  };
  useHotkeys([
    ['j', () => move(1)],
    ['ArrowDown', () => move(1)],
    ['k', () => move(-1)],
    ['ArrowUp', () => move(-1)],
    ['shift + ArrowDown', () => move(1, true)],
    ['shift + ArrowUp', () => move(-1, true)],
    ['mod + A', () => keys.chooseAll()],
    ['Escape', escape, { preventDefault: false }],
    ['Enter', enter, { preventDefault: false }],
  ]);
  return keys;
}
