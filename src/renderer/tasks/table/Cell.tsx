/** One field of a task in the table. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Elapsed } from '../../components/Elapsed.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useData, useLanguage, useText } from '../../context.ts';
import { repoName } from '../../format/repo.ts';
import { selectAttempt } from '../../store/selectors.ts';
import { PullMark } from '../../task/pull/PullMark.tsx';
import { AgentName } from '../AgentName.tsx';
import { ChangeSize } from '../ChangeSize.tsx';
import type { Column } from '../columns.ts';
import { WaitNote } from '../WaitNote.tsx';
import { Progress } from './Progress.tsx';

interface OfTask {
  readonly task: Task;
}

interface OfAttempt extends OfTask {
  readonly attempt: Attempt | undefined;
}

export function Cell({ task, column }: OfTask & { readonly column: Column }) {
  const { states, priorities, taskList } = useText();
  switch (column) {
    case 'state':
      return <StateChip state={task.state} label={states[task.state]} />;
    case 'progress':
    case 'agent':
    case 'duration':
    case 'cost':
      return <AttemptCell task={task} column={column} />;
    case 'repo':
      return <span title={task.repo.url}>{repoName(task.repo.url)}</span>;
    case 'engine':
      return task.engine.kind;
    case 'priority':
      return priorities[task.priority];
    case 'change':
      return (
        <>
          {task.change && <ChangeSize stats={task.change.stats} />}{' '}
          {task.pull && <PullMark pull={task.pull} />}
        </>
      );
    case 'tests':
      return task.change ? taskList.tests[task.change.tests.outcome] : null;
    case 'age':
      return <RelativeTime at={task.createdAt} />;
    case 'updated':
      return <RelativeTime at={task.updatedAt} />;
  }
}

/** What its attempt tells; drawn anew with every event of it. */
function AttemptCell({ task, column }: OfTask & { readonly column: Column }) {
  const attempt = useData(selectAttempt(task.attemptId));
  if (column === 'progress') return <HowFar task={task} attempt={attempt} />;
  if (!attempt) return null;
  if (column === 'agent') return <AgentName id={attempt.agentId} />;
  if (column === 'cost') return <Cost attempt={attempt} />;
  return <Elapsed since={attempt.startedAt ?? attempt.assignedAt} until={attempt.endedAt} />;
}

function HowFar({ task, attempt }: OfAttempt) {
  const hasTrack = attempt && task.state !== 'failed' && task.state !== 'queued';
  return hasTrack ? <Progress task={task} attempt={attempt} /> : <WaitNote task={task} />;
}

function Cost({ attempt }: { readonly attempt: Attempt }) {
  const language = useLanguage();
  const cost = attempt.usage?.costUsd ?? null;
  if (cost === null) return null;
  return new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' }).format(cost);
}
