/** Why an attempt went to its agent: the points of every agent that was looked at. */
import { IconMapPin } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useData, useText } from '../../context.ts';
import { attemptsOf, selectAgentName, selectAttempts } from '../../store/selectors.ts';
import { AgentPoints } from './AgentPoints.tsx';
import { scaleOfReasons } from './points.ts';
import './why.css';

export function WhyTab({ task }: { readonly task: Task }) {
  const text = useText();
  const all = useData(selectAttempts);
  const attempt = useMemo(() => attemptsOf(all, task.id).at(-1), [all, task.id]);
  const chosen = useData(selectAgentName(attempt?.agentId));
  if (!attempt || attempt.reasons.length === 0) {
    return <Empty icon={<IconMapPin size={26} />} title={text.task.why.none} />;
  }
  const scale = scaleOfReasons(attempt.reasons);
  return (
    <div className="why" data-testid="why">
      <p className="dim">{text.task.why.lead(chosen ?? attempt.agentId)}</p>
      <ul className="why-list">
        {attempt.reasons.map((reason) => (
          <AgentPoints
            key={reason.agentId}
            reason={reason}
            isChosen={reason.agentId === attempt.agentId}
            scale={scale}
          />
        ))}
      </ul>
    </div>
  );
}
