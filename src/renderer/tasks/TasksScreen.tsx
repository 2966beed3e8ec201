/** All tasks: as a board by what they need next, or as a dense table. */
import { useDeferredValue, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { CALM_MS, useCalmData, useData, useIsLoaded, useUi } from '../context.ts';
import { Connecting } from '../shell/Connecting.tsx';
import { GROUPS } from '../store/groups.ts';
import {
  selectAttempts,
  selectHasManyTasks,
  selectTaskList,
  selectTasks,
} from '../store/selectors.ts';
import { Board } from './board/Board.tsx';
import { BulkBar } from './BulkBar.tsx';
import { inOrder } from './columns.ts';
import { byGroup, filterTasks } from './filter.ts';
import { MoveDialog } from './MoveDialog.tsx';
import { TaskTable } from './table/TaskTable.tsx';
import './tasks.css';
import { Toolbar } from './Toolbar.tsx';
import { useFilter, type FilterInAddress } from './use-filter.ts';
import { useFoundTasks } from './use-found-tasks.ts';
import { useTaskKeys } from './use-task-keys.ts';

export function TasksScreen() {
  const isLoaded = useIsLoaded();
  const address = useFilter();
  const { filter, view, order } = address;
  const navigate = useNavigate();
  const found = useFoundTasks(filter, order);
  const { shown, groups, ids } = useShown(address);
  const { cursor, chosen } = useUi(selectTaskList);
  const keys = useTaskKeys(ids, (id) => void navigate(`/tasks/${id}`));
  if (!isLoaded) return <Connecting />;
  return (
    <div className="tasks">
      <Toolbar address={address} shown={found.total ?? shown.length} />
      {view === 'table' ? (
        <TaskTable
          tasks={shown}
          cursor={cursor}
          chosen={chosen}
          keys={keys}
          order={order}
          sort={address.sort}
          found={found}
        />
      ) : (
        <Board
          groups={groups}
          filter={filter}
          cursor={cursor}
          chosen={chosen}
          choose={keys.choose}
        />
      )}
      <BulkBar tasks={shown} chosen={chosen} clear={keys.clear} />
      <MoveDialog />
    </div>
  );
}

/** Rows that change places all the time cannot be read. */
const CROWDED_MS = 1_000;

/** What passes the filter, of what is held and of what was found, in its order. */
function useShown({ filter: typed, view, order }: FilterInAddress) {
  // What is typed shows at once; the list follows.
  const filter = useDeferredValue(typed);
  const everyMs = useData(selectHasManyTasks) ? CROWDED_MS : CALM_MS;
  const tasks = useCalmData(selectTasks, everyMs);
  const attempts = useCalmData(selectAttempts, everyMs);
  const { found } = useUi(selectTaskList);
  const shown = useMemo(() => {
    const passing = filterTasks(tasks.values(), attempts, filter);
    // The coordinator filtered these, perhaps by what was typed before; of their attempts nothing is known here.
    const { agent: _, ...facets } = filter.facets;
    const others = [...found.values()].filter(({ id }) => !tasks.has(id));
    const more = filterTasks(others, attempts, { ...filter, facets });
    return inOrder(
      [...passing, ...more],
      ({ attemptId }) => (attemptId === null ? undefined : attempts.get(attemptId)),
      order,
    );
  }, [tasks, found, attempts, filter, order]);
  const groups = useMemo(() => byGroup(shown), [shown]);
  const ids = useMemo(() => {
    const inView = view === 'table' ? shown : GROUPS.flatMap((group) => groups[group]);
    return inView.map(({ id }) => id);
  }, [view, shown, groups]);
  return { shown, groups, ids };
}
