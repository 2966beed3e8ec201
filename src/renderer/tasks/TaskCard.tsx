/** One task on the board. */
import { memo } from 'react';
import { Link } from 'react-router';
import { isHeld, type Task } from '../../shared/domain/task.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { StateChip } from '../components/StateChip.tsx';
import { useData, useText } from '../context.ts';
import { repoName } from '../format/repo.ts';
import { GROUP_STATES, groupOf } from '../store/groups.ts';
import { selectAttempt } from '../store/selectors.ts';
import { AgentName } from './AgentName.tsx';
import { ChangeSize } from './ChangeSize.tsx';
import { PhaseTrack } from './PhaseTrack.tsx';
import { PriorityMark } from './PriorityMark.tsx';
import { TroubleNote } from './TroubleNote.tsx';
import { WaitNote } from './WaitNote.tsx';

export interface TaskCardProps {
  readonly task: Task;
  readonly isSelected: boolean;
}

export const TaskCard = memo(function TaskCard({ task, isSelected }: TaskCardProps) {
  const { states } = useText();
  const attempt = useData(selectAttempt(task.attemptId));
  return (
    <Link
      className="card"
      to={`/tasks/${task.id}`}
      data-testid="task-row"
      data-task={task.id}
      data-state={task.state}
      data-selected={isSelected}
    >
      <span className="card-top">
        <span className="mono faint">{task.id}</span>
        <PriorityMark priority={task.priority} />
        {!isNamedByColumn(task) && <StateChip state={task.state} label={states[task.state]} />}
      </span>
      <span className="card-title clip-2">{task.title}</span>
      {isHeld(task.state) && attempt && <PhaseTrack attempt={attempt} />}
      {isHeld(task.state) ? <TroubleNote task={task} /> : <WaitNote task={task} />}
      <span className="card-foot">
        <span className="clip">{repoName(task.repo.url)}</span>
        {isHeld(task.state) && attempt && <AgentName id={attempt.agentId} />}
        {task.change && !isHeld(task.state) && <ChangeSize stats={task.change.stats} />}
        <span className="card-time">
          <RelativeTime at={task.updatedAt} />
        </span>
      </span>
    </Link>
  );
});

/** The column's own name says it already. */
function isNamedByColumn({ state }: Task): boolean {
  return GROUP_STATES[groupOf(state)].length === 1;
}
