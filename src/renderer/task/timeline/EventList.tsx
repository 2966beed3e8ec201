/** Everything that happened to the open task, newest first. A click sets the moment there. Only lines in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { useLanguage, useText } from '../../context.ts';
import { clockTime, exact } from '../../format/time.ts';
import { useMoment } from '../moment.ts';
import { attemptAt } from './bars.ts';
import { describeEvent } from './describe-event.ts';
import { attemptOf } from './use-chart-keys.ts';
import { worthTelling } from './worth-telling.ts';

export interface EventListProps {
  /** Oldest first. */
  readonly events: readonly StoredEvent[];
  /** How many older ones are not held. */
  readonly dropped: number;
  readonly attempts: readonly Attempt[];
}

const LINE_PX = 27;

export function EventList({ events: all, dropped, attempts }: EventListProps) {
  const { task } = useText();
  const [moment, setMoment] = useMoment();
  const scroller = useRef<HTMLDivElement>(null);
  const events = useMemo(() => worthTelling(all).toReversed(), [all]);
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => events[index]?.seq ?? index,
    overscan: 12,
  });
  const choose = (stored: StoredEvent): void => {
    const attemptId = attemptOf(stored) ?? attemptAt(attempts, stored.at)?.id ?? null;
    setMoment({ attemptId, at: stored.at });
  };
  return (
    <section className="events" aria-label={task.timeline.events}>
      <h2>
        {task.timeline.events} <span className="faint num">{events.length}</span>
        {dropped > 0 && <span className="faint"> · {task.timeline.older(dropped)}</span>}
      </h2>
      <div className="events-scroller" ref={scroller}>
        <ol style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ key, index, start }) => {
            const stored = events[index];
            return (
              stored && (
                <li
                  key={key}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <EventLine
                    stored={stored}
                    isChosen={moment.at === stored.at}
                    onChoose={() => choose(stored)}
                  />
                </li>
              )
            );
          })}
        </ol>
      </div>
    </section>
  );
}

interface EventLineProps {
  readonly stored: StoredEvent;
  readonly isChosen: boolean;
  onChoose(): void;
}

function EventLine({ stored, isChosen, onChoose }: EventLineProps) {
  const text = useText();
  const language = useLanguage();
  const line = describeEvent(stored.event, text);
  return (
    <button
      type="button"
      className="event"
      aria-pressed={isChosen}
      onClick={onChoose}
      data-testid="event"
      data-type={stored.event.type}
    >
      <time className="num faint" title={exact(stored.at, language)}>
        {clockTime(stored.at, language)}
      </time>
      <span className="event-dot" data-state={line.state} aria-hidden="true" />
      <span className="event-text">
        {line.text}
        {line.detail !== null && <span className="dim event-detail">{line.detail}</span>}
      </span>
      <span className="faint event-actor">{stored.actor}</span>
    </button>
  );
}
