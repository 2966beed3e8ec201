/** All tasks: as a board by what they need next, or as a dense table. */
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useListKeys } from '../components/use-list-keys.ts';
import { useCalmData, useData } from '../context.ts';
import { Connecting } from '../shell/Connecting.tsx';
import { GROUPS } from '../store/groups.ts';
import { selectAttempts, selectIsLoaded, selectTasks } from '../store/selectors.ts';
import { Board } from './Board.tsx';
import { byGroup, filterTasks } from './filter.ts';
import { TaskTable } from './TaskTable.tsx';
import './tasks.css';
import { Toolbar } from './Toolbar.tsx';
import { useFilter } from './use-filter.ts';

export function TasksScreen() {
  const isLoaded = useData(selectIsLoaded);
  const tasks = useCalmData(selectTasks);
  const attempts = useCalmData(selectAttempts);
  const address = useFilter();
  const { filter, view } = address;
  const navigate = useNavigate();
  const shown = useMemo(() => filterTasks(tasks, attempts, filter), [tasks, attempts, filter]);
  const groups = useMemo(() => byGroup(shown), [shown]);
  const ids = useMemo(() => {
    const inOrder = view === 'table' ? shown : GROUPS.flatMap((group) => groups[group]);
    return inOrder.map(({ id }) => id);
  }, [view, shown, groups]);
  const { selected } = useListKeys(ids, (id) => void navigate(`/tasks/${id}`));
  if (!isLoaded) return <Connecting />;
  return (
    <div className="tasks">
      <Toolbar address={address} shown={shown.length} />
      {view === 'table' ? (
        <TaskTable tasks={shown} selected={selected} />
      ) : (
        <Board groups={groups} filter={filter} selected={selected} />
      )}
    </div>
  );
}
