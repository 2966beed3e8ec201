/** The title of a task with its state, and the actions that fit. */
import { IconChevronLeft } from '@tabler/icons-react';
import { Link } from 'react-router';
import { engineOf, type Usage } from '../../shared/domain/engine.ts';
import type { Task } from '../../shared/domain/task.ts';
import { isEnd, isHeld } from '../../shared/domain/task.ts';
import { Elapsed } from '../components/Elapsed.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useData, useLanguage, useText } from '../context.ts';
import { repoName } from '../format/repo.ts';
import { whole } from '../format/size.ts';
import { selectAttempt } from '../store/selectors.ts';
import { AgentName } from '../tasks/AgentName.tsx';
import { PhaseTrack } from '../tasks/PhaseTrack.tsx';
import { PriorityMark } from '../tasks/PriorityMark.tsx';
import { IssueChip } from './pull/IssueChip.tsx';
import { TaskActions } from './TaskActions.tsx';
import { TaskChip } from './TaskChip.tsx';
import { TimeLeft } from './TimeLeft.tsx';
import { Allowed } from '../people/Allowed.tsx';

export function TaskHeader({ task }: { readonly task: Task }) {
  const text = useText();
  const attempt = useData(selectAttempt(task.attemptId));
  return (
    <ScreenHead
      title={task.title}
      above={
        <div className="task-head-line">
          <Link className="task-back" to="/tasks">
            <IconChevronLeft size={15} aria-hidden="true" />
            {text.task.back}
          </Link>
          <span className="mono faint">{task.id}</span>
          <PriorityMark priority={task.priority} />
        </div>
      }
      below={
        <div className="task-head-line task-head-meta">
          <TaskChip task={task} />
          <span className="clip" title={task.repo.url}>
            {repoName(task.repo.url)}
          </span>
          {task.origin && (
            // Of a task that has ended, its issue is not followed any more.
            <IssueChip origin={task.origin} source={isEnd(task.state) ? null : task.source} />
          )}
          <span>{text.engines[engineOf(task, attempt).kind]}</span>
          {attempt && <AgentName id={attempt.agentId} />}
          {task.attempts > 1 && <span>{text.tasks.attempt(task.attempts)}</span>}
          {attempt && isHeld(task.state) ? (
            <>
              <Elapsed since={attempt.assignedAt} until={attempt.endedAt} />
              <TimeLeft task={task} attempt={attempt} />
              <PhaseTrack attempt={attempt} />
            </>
          ) : (
            <RelativeTime at={isEnd(task.state) ? task.updatedAt : task.createdAt} />
          )}
          {attempt?.usage && <UsageOf usage={attempt.usage} />}
        </div>
      }
      actions={
        <Allowed needs="operate">
          <TaskActions task={task} />
        </Allowed>
      }
    />
  );
}

/** What the newest attempt has used so far, as its engine says. */
function UsageOf({ usage }: { readonly usage: Usage }) {
  const { facts } = useText().task;
  const language = useLanguage();
  const tokens = whole(usage.inputTokens + usage.outputTokens, language);
  return (
    <span className="num" data-testid="task-usage">
      {facts.tokens(tokens)}
      {usage.costUsd !== null && ` · ${facts.cost(usage.costUsd.toFixed(2))}`}
    </span>
  );
}
