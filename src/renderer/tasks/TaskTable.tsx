/** All tasks, one line each. Only the lines in sight are drawn; what ended long ago is loaded at the end. */
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Task } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { Empty } from '../components/Empty.tsx';
import { useText } from '../context.ts';
import { TaskRow } from './TaskRow.tsx';
import { useOlderTasks } from './use-older-tasks.ts';

export interface TaskTableProps {
  readonly tasks: readonly Task[];
  readonly selected: TaskId | null;
}

const ROW_PX = 40;

export function TaskTable({ tasks, selected }: TaskTableProps) {
  const text = useText();
  const { columns } = text.tasks;
  const older = useOlderTasks();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    getItemKey: (index) => tasks[index]?.id ?? index,
  });
  const at = tasks.findIndex(({ id }) => id === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  return (
    <div className="table" role="table" aria-label={text.tasks.title} aria-rowcount={tasks.length}>
      <div className="row row-head" role="row">
        <span role="columnheader">{columns.task}</span>
        <span role="columnheader">{columns.state}</span>
        <span role="columnheader">{columns.progress}</span>
        <span role="columnheader">{columns.agent}</span>
        <span role="columnheader">{columns.repo}</span>
        <span role="columnheader" className="row-right">
          {columns.change}
        </span>
        <span role="columnheader" className="row-right">
          {columns.updated}
        </span>
      </div>
      <div className="table-body" ref={scroller} role="rowgroup">
        {tasks.length === 0 && <Empty title={text.tasks.none} />}
        <div className="table-rows" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const task = tasks[item.index];
            return (
              task && (
                <TaskRow
                  key={item.key}
                  task={task}
                  top={item.start}
                  isSelected={task.id === selected}
                />
              )
            );
          })}
        </div>
        {older.hasMore && (
          <div className="table-older">
            <Button variant="default" loading={older.isBusy} onClick={() => void older.load()}>
              {text.tasks.older}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
