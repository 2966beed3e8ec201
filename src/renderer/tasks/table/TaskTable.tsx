/** All tasks, one line each, in any order. Only the lines in sight are drawn; those the window does not hold come by pages. */
import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type CSSProperties } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { Empty } from '../../components/Empty.tsx';
import { useRows } from '../../components/use-rows.ts';
import { useText, useUi } from '../../context.ts';
import { selectTaskTable } from '../../store/selectors.ts';
import { shownColumns, templateOf, type ListOrder } from '../columns.ts';
import type { FoundTasks } from '../use-found-tasks.ts';
import type { TaskKeys } from '../use-task-keys.ts';
import { HeadCell } from './HeadCell.tsx';
import { TaskRow } from './TaskRow.tsx';

export interface TaskTableProps {
  readonly tasks: readonly Task[];
  readonly cursor: TaskId | null;
  readonly chosen: ReadonlySet<TaskId>;
  readonly keys: TaskKeys;
  readonly order: ListOrder;
  readonly sort: (order: ListOrder) => void;
  readonly found: FoundTasks;
}

const ROW_PX = 36;
/** So many lines before the end the next page is asked for. */
const AHEAD = 30;

export function TaskTable(props: TaskTableProps) {
  const { tasks, cursor, chosen, keys, order, sort, found } = props;
  const text = useText();
  const layout = useUi(selectTaskTable);
  const scroller = useRef<HTMLDivElement>(null);
  const { keyOf, at } = useRows(tasks, cursor);
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    useFlushSync: false,
    getItemKey: keyOf,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  const items = virtual.getVirtualItems();
  const { hasMore, more } = found;
  const isNearEnd = (items.at(-1)?.index ?? 0) >= tasks.length - AHEAD;
  useEffect(() => {
    if (isNearEnd && hasMore) more();
  });
  // The same while the layout is: the lines are drawn anew only when one of their own things changes.
  const columns = useMemo(() => shownColumns(layout), [layout]);
  return (
    <div className="table">
      <div className="table-body" ref={scroller} tabIndex={-1}>
        <div
          className="table-wide"
          role="table"
          aria-label={text.tasks.title}
          aria-rowcount={tasks.length + 1}
          style={templateStyle(templateOf(layout))}
        >
          <div className="row row-head" role="row" aria-rowindex={1}>
            <span role="columnheader">
              <Checkbox
                size="xs"
                checked={chosen.size > 0 && chosen.size === tasks.length}
                indeterminate={chosen.size > 0 && chosen.size < tasks.length}
                onChange={() => (chosen.size === tasks.length ? keys.clear() : keys.chooseAll())}
                aria-label={text.taskList.chooseAll}
              />
            </span>
            {(['task', ...columns] as const).map((column) => (
              <HeadCell key={column} column={column} order={order} sort={sort} />
            ))}
          </div>
          <div
            className="table-rows"
            role="rowgroup"
            style={{ height: Math.max(1, virtual.getTotalSize()) }}
          >
            {items.map((item) => {
              const task = tasks[item.index];
              return (
                task && (
                  <TaskRow
                    key={item.key}
                    task={task}
                    index={item.index}
                    top={item.start}
                    columns={columns}
                    isAt={task.id === cursor}
                    isChosen={chosen.has(task.id)}
                    choose={keys.choose}
                  />
                )
              );
            })}
          </div>
        </div>
        {tasks.length === 0 && !found.isBusy && <Empty title={text.tasks.none} />}
        <More found={found} shown={tasks.length} />
      </div>
    </div>
  );
}

function More({ found, shown }: { readonly found: FoundTasks; readonly shown: number }) {
  const { taskList } = useText();
  const { isBusy, hasMore, isFull, total } = found;
  if (isBusy) return <p className="table-more">{taskList.looking}</p>;
  if (isFull) return <p className="table-more">{taskList.tooMany}</p>;
  if (!hasMore || total === null || total <= shown) return null;
  return <p className="table-more">{taskList.moreToCome(total - shown)}</p>;
}

function templateStyle(template: string): CSSProperties {
  const style: CSSProperties & Record<'--columns', string> = { '--columns': template };
  return style;
}
