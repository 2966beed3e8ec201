/** One line of the table. */
import { memo, type MouseEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { useText } from '../../context.ts';
import { RIGHT, type Column } from '../columns.ts';
import { PriorityMark } from '../PriorityMark.tsx';
import { Cell } from './Cell.tsx';

export interface TaskRowProps {
  readonly task: Task;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly columns: readonly Column[];
  /** The cursor of the keyboard is here. */
  readonly isAt: boolean;
  readonly isChosen: boolean;
  readonly choose: (id: TaskId, isRange: boolean) => void;
}

export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const { task, index, top, columns, isAt, isChosen, choose } = props;
  const { taskList } = useText();
  const navigate = useNavigate();
  const path = `/tasks/${task.id}`;

  function onClick(event: MouseEvent): void {
    const isSelecting = event.shiftKey || event.ctrlKey || event.metaKey;
    if (isSelecting) {
      event.preventDefault();
      choose(task.id, event.shiftKey);
    } else if (!(event.target instanceof Element && event.target.closest('a, label, input'))) {
      void navigate(path);
    }
  }

  return (
    // The link in the row serves the keyboard; the row is a larger target for the mouse.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- see above
    <div
      className="row"
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onClick}
      data-testid="task-row"
      data-task={task.id}
      data-state={task.state}
      data-selected={isAt}
      data-chosen={isChosen}
    >
      <span role="cell">
        <input
          type="checkbox"
          className="row-check"
          checked={isChosen}
          onClick={(event) => event.stopPropagation()}
          onChange={() => choose(task.id, false)}
          aria-label={taskList.choose(task.id)}
          tabIndex={-1}
        />
      </span>
      <span role="cell" className="row-task">
        <span className="mono faint row-id">{task.id}</span>
        <PriorityMark priority={task.priority} />
        <Link className="clip row-title" to={path} title={task.title}>
          {task.title}
        </Link>
      </span>
      {columns.map((column) => (
        <span
          key={column}
          role="cell"
          className={RIGHT.has(column) ? 'row-right dim num' : 'clip dim'}
        >
          <Cell task={task} column={column} />
        </span>
      ))}
    </div>
  );
});
