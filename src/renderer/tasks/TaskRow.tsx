/** One line of the table. */
import { memo } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Task } from '../../shared/domain/task.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { StateChip } from '../components/StateChip.tsx';
import { useData, useText } from '../context.ts';
import { repoName } from '../format/repo.ts';
import { selectAttempt } from '../store/selectors.ts';
import { AgentName } from './AgentName.tsx';
import { ChangeSize } from './ChangeSize.tsx';
import { PriorityMark } from './PriorityMark.tsx';
import { Progress } from './Progress.tsx';
import { WaitNote } from './WaitNote.tsx';

export interface TaskRowProps {
  readonly task: Task;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly isSelected: boolean;
}

export const TaskRow = memo(function TaskRow({ task, top, isSelected }: TaskRowProps) {
  const { states } = useText();
  const navigate = useNavigate();
  const attempt = useData(selectAttempt(task.attemptId));
  const path = `/tasks/${task.id}`;
  const hasTrack = attempt && task.state !== 'failed' && task.state !== 'queued';
  return (
    // The link in the row serves the keyboard; the row is a larger target for the mouse.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- see above
    <div
      className="row"
      role="row"
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => void navigate(path)}
      data-testid="task-row"
      data-task={task.id}
      data-state={task.state}
      data-selected={isSelected}
    >
      <span role="cell" className="row-task">
        <span className="mono faint row-id">{task.id}</span>
        <PriorityMark priority={task.priority} />
        <Link className="clip row-title" to={path} onClick={(event) => event.stopPropagation()}>
          {task.title}
        </Link>
      </span>
      <span role="cell">
        <StateChip state={task.state} label={states[task.state]} />
      </span>
      <span role="cell" className="row-progress">
        {hasTrack ? <Progress task={task} attempt={attempt} /> : <WaitNote task={task} />}
      </span>
      <span role="cell" className="clip dim">
        {attempt && <AgentName id={attempt.agentId} />}
      </span>
      <span role="cell" className="clip dim" title={task.repo.url}>
        {repoName(task.repo.url)}
      </span>
      <span role="cell" className="row-right">
        {task.change && <ChangeSize stats={task.change.stats} />}
      </span>
      <span role="cell" className="row-right dim">
        <RelativeTime at={task.updatedAt} />
      </span>
    </div>
  );
});
