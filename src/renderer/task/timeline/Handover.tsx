/**
 * Below the lane of an attempt that went on with what another had done: from whom to whom, on the line that the chart draws
 * between the two, and the way to the other.
 */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useData, useText } from '../../context.ts';
import { shortCommit } from '../../format/repo.ts';
import { selectAgentName, selectAttempt } from '../../store/selectors.ts';
import { beginOf } from './bars.ts';
import { useChart } from './ChartContext.ts';
import { BEFORE } from './handover-path.ts';
import { percent } from './zoom.ts';

export function Handover({ attempt }: { readonly attempt: Attempt }) {
  const { marks, resuming } = useText().troubles;
  const { view } = useChart();
  const from = attempt.resumedFrom;
  const before = useData(selectAttempt(from?.attemptId ?? null));
  const fromAgent = useData(selectAgentName(before?.agentId));
  const toAgent = useData(selectAgentName(attempt.agentId));
  if (!from) return null;
  const x = Math.min(100, Math.max(0, percent(beginOf(attempt), view)));
  // To the side where there is more room, with the line through its end.
  const place =
    x > 50 ? { right: `calc(${100 - x}% - 4px)` } : { left: `max(0px, ${x}% - ${BEFORE + 11}px)` };
  return (
    <div className="chart-row handover" data-testid="handover">
      <span className="chart-label">
        <a
          className="dim clip"
          href={`#${elementOf(from.attemptId)}`}
          onClick={(event) => {
            // The address belongs to the router.
            event.preventDefault();
            const target = document.getElementById(elementOf(from.attemptId));
            target?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
            target?.querySelector('button')?.focus();
          }}
        >
          {resuming.short(from.attemptId)}
        </a>
      </span>
      <div className="handover-lane">
        <span className="handover-pill" style={place}>
          <span className="handover-agents">
            {fromAgent && toAgent ? marks.handover(fromAgent, toAgent) : marks.handoverTitle}
          </span>
          <span className="mono faint">{shortCommit(from.commit)}</span>
          <span className="faint">
            <RelativeTime at={from.at} />
          </span>
        </span>
      </div>
    </div>
  );
}

/** The element that shows an attempt, for links within the page. */
export function elementOf(attemptId: string): string {
  return `attempt-${attemptId}`;
}
