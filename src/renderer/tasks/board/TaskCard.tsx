/** One task on the board. */
import { memo } from 'react';
import { Link } from 'react-router';
import { isHeld, type Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useData, useText } from '../../context.ts';
import { repoName } from '../../format/repo.ts';
import { PullMark } from '../../task/pull/PullMark.tsx';
import { GROUP_STATES, groupOf } from '../../store/groups.ts';
import { selectAttempt } from '../../store/selectors.ts';
import { AgentName } from '../AgentName.tsx';
import { ChosenMark } from './ChosenMark.tsx';
import { ChangeSize } from '../ChangeSize.tsx';
import { PhaseTrack } from '../PhaseTrack.tsx';
import { PriorityMark } from '../PriorityMark.tsx';
import { TroubleNote } from '../TroubleNote.tsx';
import { WaitNote } from '../WaitNote.tsx';

export interface TaskCardProps {
  readonly task: Task;
  /** The cursor of the keyboard is here. */
  readonly isAt: boolean;
  readonly isChosen: boolean;
  readonly choose: (id: TaskId, isRange: boolean) => void;
}

export const TaskCard = memo(function TaskCard(props: TaskCardProps) {
  const { task, isAt, isChosen, choose } = props;
  const { states } = useText();
  const attempt = useData(selectAttempt(task.attemptId));
  return (
    <Link
      className="card"
      to={`/tasks/${task.id}`}
      data-testid="task-row"
      data-task={task.id}
      data-state={task.state}
      data-selected={isAt}
      data-chosen={isChosen}
      draggable={false}
      onClick={(event) => {
        if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        choose(task.id, event.shiftKey);
      }}
    >
      <span className="card-top">
        <ChosenMark isChosen={isChosen} />
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
        {task.pull && <PullMark pull={task.pull} />}
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
