/** One field of a task in the table. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Elapsed } from '../../components/Elapsed.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateChip } from '../../components/StateChip.tsx';
import { useData, useLanguage, useText } from '../../context.ts';
import { repoName } from '../../format/repo.ts';
import { selectAttempt } from '../../store/selectors.ts';
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
  const attempt = useData(selectAttempt(task.attemptId));
  switch (column) {
    case 'state':
      return <StateChip state={task.state} label={states[task.state]} />;
    case 'progress':
      return <HowFar task={task} attempt={attempt} />;
    case 'agent':
      return attempt ? <AgentName id={attempt.agentId} /> : null;
    case 'repo':
      return <span title={task.repo.url}>{repoName(task.repo.url)}</span>;
    case 'engine':
      return task.engine.kind;
    case 'priority':
      return priorities[task.priority];
    case 'change':
      return task.change ? <ChangeSize stats={task.change.stats} /> : null;
    case 'tests':
      return task.change ? taskList.tests[task.change.tests.outcome] : null;
    case 'age':
      return <RelativeTime at={task.createdAt} />;
    case 'duration':
      return attempt ? (
        <Elapsed since={attempt.startedAt ?? attempt.assignedAt} until={attempt.endedAt} />
      ) : null;
    case 'cost':
      return <Cost attempt={attempt} />;
    case 'updated':
      return <RelativeTime at={task.updatedAt} />;
  }
}

function HowFar({ task, attempt }: OfAttempt) {
  const hasTrack = attempt && task.state !== 'failed' && task.state !== 'queued';
  return hasTrack ? <Progress task={task} attempt={attempt} /> : <WaitNote task={task} />;
}

function Cost({ attempt }: Pick<OfAttempt, 'attempt'>) {
  const language = useLanguage();
  const cost = attempt?.usage?.costUsd ?? null;
  if (cost === null) return null;
  return new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' }).format(cost);
}
