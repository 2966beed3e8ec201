/** One attempt: who tried, how it went, its phases on one lane with what happened meanwhile. */
import { IconChevronRight } from '@tabler/icons-react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { StateChip } from '../../components/StateChip.tsx';
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import { AgentName } from '../../tasks/AgentName.tsx';
import { AttemptFate } from './AttemptFate.tsx';
import { Bar } from './Bar.tsx';
import { barsOf, spanOf } from './bars.ts';
import { useChart } from './ChartContext.ts';
import { elementOf, Handover } from './Handover.tsx';
import { Lane } from './Lane.tsx';
import { MarkButtons } from './MarkButtons.tsx';
import { marksOf } from './marks.ts';
import { PauseBars } from './PauseBars.tsx';
import { lengthOf } from './zoom.ts';

export interface AttemptRowProps {
  readonly attempt: Attempt;
  readonly isOpen: boolean;
}

export function AttemptRow({ attempt, isOpen }: AttemptRowProps) {
  const text = useText();
  const { timeline } = text.task;
  const { now, events, stops, toggle, zoomTo } = useChart();
  const span = spanOf(attempt, now);
  const { marks, pauses } = marksOf(attempt, events, now, stops);
  const waited = { from: attempt.assignedAt, until: span.from };
  return (
    <section
      id={elementOf(attempt.id)}
      className="chart-attempt"
      data-testid="attempt"
      data-attempt={attempt.id}
    >
      <div className="chart-row chart-row-attempt">
        <div className="chart-label">
          <button
            type="button"
            className="attempt-head"
            aria-expanded={isOpen}
            title={isOpen ? timeline.hide : timeline.show}
            onClick={() => toggle(attempt.id)}
          >
            <IconChevronRight className="attempt-arrow" size={14} aria-hidden="true" />
            <span className="attempt-name">{timeline.attempt(attempt.ordinal)}</span>
          </button>
          <StateChip
            state={attempt.state}
            label={text.attemptStates[attempt.state]}
            testId="attempt-state"
          />
          <span className="attempt-who">
            <AgentName id={attempt.agentId} />
            <span className="num faint">{duration(lengthOf(span))}</span>
          </span>
        </div>
        <Lane attemptId={attempt.id} onDoubleClick={() => zoomTo(span)}>
          {lengthOf(waited) > 0 && (
            <Bar span={waited} className="lane-wait" label={timeline.notStarted} />
          )}
          {barsOf(attempt, now).map(
            ({ phase, span: run, state }) =>
              run && (
                <Bar
                  key={phase}
                  span={run}
                  className="lane-phase"
                  state={state}
                  label={`${text.phases[phase]}: ${text.outcomes[state === 'ahead' ? 'running' : state]}, ${duration(lengthOf(run))}`}
                >
                  <span className="lane-phase-name" aria-hidden="true">
                    {text.phases[phase]}
                  </span>
                </Bar>
              ),
          )}
          <PauseBars pauses={pauses} />
          <MarkButtons attempt={attempt} marks={marks} />
        </Lane>
      </div>
      <Handover attempt={attempt} />
      {attempt.failure && (
        <p className="chart-note attempt-failure clip">
          {text.failures[attempt.failure.code].title}
        </p>
      )}
      <AttemptFate attempt={attempt} />
    </section>
  );
}
