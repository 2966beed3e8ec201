/** One agent that was looked at for an attempt: its points by part, or why it could not take the task. */
import type { PlacementReason } from '../../../shared/domain/attempt.ts';
import { useData, useText } from '../../context.ts';
import type { Text } from '../../i18n/en.ts';
import { selectAgentName } from '../../store/selectors.ts';
import { pointsText } from './points.ts';

export interface AgentPointsProps {
  readonly reason: PlacementReason;
  readonly isChosen: boolean;
  readonly scale: number;
}

export function AgentPoints({ reason, isChosen, scale }: AgentPointsProps) {
  const { why } = useText().task;
  const name = useData(selectAgentName(reason.agentId));
  return (
    <li className="why-agent panel" data-chosen={isChosen}>
      <header>
        <h2 className="clip">{name}</h2>
        {isChosen && <span className="why-chosen">{why.chosen}</span>}
        <span className="why-total num">
          {reason.score === null ? why.passed : `${pointsText(reason.score)} ${why.points}`}
        </span>
      </header>
      {reason.score === null && <p className="dim">{reason.why}</p>}
      {Object.entries(reason.parts).map(([part, points]) => (
        <div className="why-part" key={part}>
          <span className="dim">{partName(part, why.parts)}</span>
          <span className="why-lane" aria-hidden="true">
            <span
              data-negative={points < 0}
              style={{ width: `${(Math.abs(points) / scale) * 100}%` }}
            />
          </span>
          <span className="num">{pointsText(points)}</span>
        </div>
      ))}
    </li>
  );
}

// A newer coordinator may weigh what this window has no word for.
function partName(part: string, names: Text['task']['why']['parts']): string {
  return new Map<string, string>(Object.entries(names)).get(part) ?? part;
}
