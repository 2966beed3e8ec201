/**
 * Why an attempt went to its agent: the points of every agent that was looked at. Of a task that waits: what for. And what its
 * requests to models came to.
 */
import { IconMapPin } from '@tabler/icons-react';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useData, useText } from '../../context.ts';
import { selectAgentName } from '../../store/selectors.ts';
import { AttemptChooser, useAttempts } from '../AttemptChooser.tsx';
import { ModelCalls, useTaskCalls } from './ModelCalls.tsx';
import { NowStanding } from './NowStanding.tsx';
import { PassedOver } from './PassedOver.tsx';
import { PointsTable } from './PointsTable.tsx';
import { WaitsFor } from './WaitsFor.tsx';
import './why.css';

export function WhyTab({ task }: { readonly task: Task }) {
  const { task: text, review } = useText();
  const { attempt } = useAttempts(task);
  const chosen = useData(selectAgentName(attempt?.agentId));
  const { sum } = useTaskCalls(task.id);
  const isWaiting =
    task.state === 'queued' || task.state === 'blocked' || task.state === 'scheduled';
  const hasReasons = attempt !== undefined && attempt.reasons.length > 0;
  if (!isWaiting && !hasReasons && !sum) {
    return <Empty icon={<IconMapPin size={26} />} title={text.why.none} />;
  }
  return (
    <div className="why" data-testid="why">
      {isWaiting && <WaitsFor task={task} />}
      {task.state === 'queued' && <NowStanding task={task} />}
      {hasReasons && (
        <>
          <div className="why-head">
            <p className="dim">
              {isWaiting
                ? review.why.lastTime(attempt.ordinal)
                : text.why.lead(chosen ?? attempt.agentId)}
            </p>
            <AttemptChooser task={task} />
          </div>
          <PointsTable reasons={attempt.reasons} chosen={attempt.agentId} />
          <PassedOver passed={attempt.passed ?? []} />
        </>
      )}
      {sum && <ModelCalls id={task.id} sum={sum} />}
    </div>
  );
}
