/** One attempt: a line that sums it up, and a bar per phase. */
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState, type CSSProperties } from 'react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { StateChip } from '../../components/StateChip.tsx';
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import { AgentName } from '../../tasks/AgentName.tsx';
import { AttemptFate } from './AttemptFate.tsx';
import { elementOf } from './Handover.tsx';
import { barsOf, spanOf, type Scale } from './layout.ts';
import { marksOf } from './marks.ts';
import { MarkRow } from './MarkRow.tsx';
import { PhaseRow } from './PhaseRow.tsx';

export interface AttemptBarsProps {
  readonly attempt: Attempt;
  /** Those of the task, as far as they are held. */
  readonly events: readonly StoredEvent[];
  readonly scale: Scale;
  readonly now: number;
  readonly isOpenAtFirst: boolean;
}

/** The distance of two ticks, for the lines behind the bars. */
interface GridStyle extends CSSProperties {
  readonly '--grid': string;
}

export function AttemptBars({ attempt, events, scale, now, isOpenAtFirst }: AttemptBarsProps) {
  const text = useText();
  const { timeline } = text.task;
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const id = useId();
  const bars = barsOf(attempt, scale, now);
  const marks = marksOf(attempt, events, scale, now);
  const grid: GridStyle = { '--grid': `${100 / (scale.ticks.length - 1)}%` };
  return (
    <section
      id={elementOf(attempt.id)}
      className="attempt panel"
      data-testid="attempt"
      data-attempt={attempt.id}
    >
      <button
        type="button"
        className="attempt-head"
        aria-expanded={isOpen}
        aria-controls={id}
        title={isOpen ? timeline.hide : timeline.show}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight className="attempt-arrow" size={15} aria-hidden="true" />
        <span className="attempt-name">{timeline.attempt(attempt.ordinal)}</span>
        <StateChip
          state={attempt.state}
          label={text.attemptStates[attempt.state]}
          testId="attempt-state"
        />
        <AgentName id={attempt.agentId} />
        {attempt.failure && (
          <span className="attempt-failure clip">{text.failures[attempt.failure.code].title}</span>
        )}
        <span className="attempt-span num">{duration(spanOf(attempt, now))}</span>
      </button>
      <AttemptFate attempt={attempt} />
      <div id={id} className="phases" hidden={!isOpen}>
        {isOpen && (
          <>
            <div role="list" aria-label={timeline.table} style={grid}>
              {bars.map((bar) => (
                <PhaseRow key={bar.phase} bar={bar} pauses={marks.pauses} />
              ))}
              <MarkRow marks={marks} />
            </div>
            <div className="axis" aria-hidden="true">
              {scale.ticks.map(({ ms, left }) => (
                <span key={ms} className="num" style={{ left: `${left}%` }}>
                  {ms === 0 ? '0' : tickLabel(ms)}
                </span>
              ))}
            </div>
          </>
        )}
      </div>
    </section>
  );
}

// `2.0 s` and `1 m 00 s` read as more exact than a tick is.
function tickLabel(ms: number): string {
  if (ms < 10_000) return `${ms / 1_000} s`;
  return duration(ms).replace(' 00 s', '').replace(' 00 m', '');
}
