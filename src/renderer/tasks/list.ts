/** What is pointed at and selected in the list of tasks. Actions of the palette and the keyboard read it. Pure. */
import type { Task } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import type { DataStore } from '../store/data.ts';

export interface TaskList {
  /** Where j and k are. */
  readonly cursor: TaskId | null;
  /** Selected, and shown: what is out of sight is never acted on. */
  readonly chosen: ReadonlySet<TaskId>;
  /** Where a range that is selected with Shift begins. */
  readonly anchor: TaskId | null;
  /** Tasks that the coordinator found and the live copy does not hold. */
  readonly found: ReadonlyMap<TaskId, Task>;
  /** The question that is open about what is selected. */
  readonly asked: 'move' | 'priority' | null;
}

const NONE: ReadonlySet<TaskId> = new Set();

export const EMPTY_LIST: TaskList = {
  cursor: null,
  chosen: NONE,
  anchor: null,
  found: new Map(),
  asked: null,
};

/** @param shown in their order; needed for a range */
export function chosenWith(
  list: TaskList,
  id: TaskId,
  isRange: boolean,
  shown: readonly TaskId[],
): TaskList {
  const chosen = new Set(list.chosen);
  const isOn = isRange || !chosen.has(id);
  for (const each of isRange ? between(shown, list.anchor ?? id, id) : [id]) {
    if (isOn) chosen.add(each);
    else chosen.delete(each);
  }
  return { ...list, cursor: id, chosen, anchor: isRange ? (list.anchor ?? id) : id };
}

/** Without those that are not shown any more. The same when there are none. */
export function pruned(list: TaskList, shown: ReadonlySet<TaskId>): TaskList {
  const chosen = [...list.chosen].filter((id) => shown.has(id));
  return chosen.length === list.chosen.size ? list : { ...list, chosen: new Set(chosen) };
}

/** Next to the cursor; at an end when there is none. */
export function stepped(
  shown: readonly TaskId[],
  cursor: TaskId | null,
  step: 1 | -1,
): TaskId | null {
  const at = cursor === null ? -1 : shown.indexOf(cursor);
  if (at < 0) return (step > 0 ? shown[0] : shown.at(-1)) ?? null;
  return shown[Math.min(shown.length - 1, Math.max(0, at + step))] ?? null;
}

interface Stores {
  readonly ui: { getState(): { readonly taskList: TaskList } };
  readonly data: Pick<DataStore, 'getState'>;
}

/** What is selected, or else what the cursor is at. */
export function targetsOf({ ui, data }: Stores): readonly Task[] {
  const { taskList } = ui.getState();
  const { tasks } = data.getState().live;
  const { chosen, cursor, found } = taskList;
  const ids = chosen.size > 0 ? [...chosen] : cursor === null ? [] : [cursor];
  return ids.flatMap((id) => tasks.get(id) ?? found.get(id) ?? []);
}

function between(shown: readonly TaskId[], from: TaskId, to: TaskId): readonly TaskId[] {
  const [a, b] = [shown.indexOf(from), shown.indexOf(to)];
  return a < 0 || b < 0 ? [to] : shown.slice(Math.min(a, b), Math.max(a, b) + 1);
}
