/** The points of agents as a table: a column for each part, a bar for its size; those that could not take the task with why. */
import type { PlacementReason } from '../../../shared/domain/attempt.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { useData, useText } from '../../context.ts';
import type { Text } from '../../i18n/en.ts';
import { selectAgentName } from '../../store/selectors.ts';
import { placementWords } from '../reasons.ts';
import { partsOf, pointsText, scaleOfReasons } from './points.ts';

export interface PointsTableProps {
  readonly reasons: readonly PlacementReason[];
  /** `null`: nobody is yet. */
  readonly chosen: AgentId | null;
}

export function PointsTable({ reasons, chosen }: PointsTableProps) {
  const { task, review } = useText();
  const parts = partsOf(reasons);
  const scale = scaleOfReasons(reasons);
  // Best first; those that could not take it last.
  const ordered = reasons.toSorted((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
  return (
    <div className="why-scroll" tabIndex={0} role="region" aria-label={review.why.score}>
      <table className="why-table">
        <thead>
          <tr>
            <th scope="col">{review.why.agent}</th>
            <th scope="col">{review.why.score}</th>
            {parts.map((part) => (
              <th scope="col" key={part}>
                {partName(part, task.why.parts)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map((reason) => (
            <Row
              key={reason.agentId}
              reason={reason}
              parts={parts}
              scale={scale}
              isChosen={reason.agentId === chosen}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly reason: PlacementReason;
  readonly parts: readonly string[];
  readonly scale: number;
  readonly isChosen: boolean;
}

function Row({ reason, parts, scale, isChosen }: RowProps) {
  const text = useText();
  const { why } = text.task;
  const name = useData(selectAgentName(reason.agentId));
  return (
    <tr data-chosen={isChosen}>
      <th scope="row">
        <span className="clip">{name}</span>
        {isChosen && <span className="why-chosen">{why.chosen}</span>}
      </th>
      <td className="num why-total">{reason.score === null ? '–' : pointsText(reason.score)}</td>
      {reason.score === null ? (
        <td colSpan={parts.length} className="dim why-not">
          {text.task.why.passed}: {placementWords(reason, text)}
        </td>
      ) : (
        parts.map((part) => {
          const points = reason.parts[part] ?? 0;
          return (
            <td key={part} className="num">
              {pointsText(points)}
              <span className="why-lane" aria-hidden="true">
                <span
                  data-negative={points < 0}
                  style={{ width: `${(Math.abs(points) / scale) * 100}%` }}
                />
              </span>
            </td>
          );
        })
      )}
    </tr>
  );
}

// A newer coordinator may weigh what this window has no word for.
function partName(part: string, names: Text['task']['why']['parts']): string {
  return new Map<string, string>(Object.entries(names)).get(part) ?? part;
}
