/** Five columns, from waiting to done; each scrolls on its own. */
import type { Task } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { useData } from '../context.ts';
import { GROUPS, type Group } from '../store/groups.ts';
import { groupCount, selectCounts } from '../store/selectors.ts';
import { BoardColumn } from './BoardColumn.tsx';
import { isFiltering, type TaskFilter } from './filter.ts';

export interface BoardProps {
  readonly groups: Readonly<Record<Group, readonly Task[]>>;
  readonly filter: TaskFilter;
  readonly selected: TaskId | null;
}

export function Board({ groups, filter, selected }: BoardProps) {
  const counts = useData(selectCounts);
  return (
    <div className="board">
      {GROUPS.map((group) => (
        <BoardColumn
          key={group}
          group={group}
          tasks={groups[group]}
          count={isFiltering(filter) ? groups[group].length : groupCount(counts, group)}
          selected={selected}
        />
      ))}
    </div>
  );
}
