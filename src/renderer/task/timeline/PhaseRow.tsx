/** One phase of an open attempt: name, bar, how long it took and what it said. */
import type { Attempt, Phase } from '../../../shared/domain/attempt.ts';
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import { Bar } from './Bar.tsx';
import { barsOf } from './bars.ts';
import { useChart } from './ChartContext.ts';
import { Lane } from './Lane.tsx';
import { lengthOf, percent } from './zoom.ts';

export interface PhaseRowProps {
  readonly attempt: Attempt;
  readonly phase: Phase;
}

export function PhaseRow({ attempt, phase }: PhaseRowProps) {
  const { phases, outcomes } = useText();
  const { now, view } = useChart();
  const bar = barsOf(attempt, now).find((one) => one.phase === phase);
  if (!bar) return null;
  const { run, span, state } = bar;
  const took = span && duration(lengthOf(span));
  const detail = run?.detail ?? '';
  // Behind the bar where there is room for words, else before it.
  const end = span && percent(span.until, view);
  const isLate = end !== null && end > 62;
  return (
    <div
      className="chart-row chart-row-phase"
      data-state={state}
      data-phase={phase}
      data-testid="phase"
    >
      <span className="chart-label phase-name">
        {phases[phase]}
        <span className="num phase-time">{took}</span>
      </span>
      <Lane attemptId={attempt.id}>
        {span && (
          <Bar
            span={span}
            className="phase-bar"
            state={state}
            label={`${phases[phase]}: ${outcomes[state === 'ahead' ? 'running' : state]}`}
          />
        )}
        {span && end !== null && end > -1 && detail !== '' && (
          <span
            className="phase-detail clip"
            title={detail}
            style={
              isLate
                ? { right: `${100 - Math.min(100, percent(span.from, view))}%` }
                : { left: `${Math.max(0, end)}%` }
            }
          >
            {detail}
          </span>
        )}
      </Lane>
    </div>
  );
}
