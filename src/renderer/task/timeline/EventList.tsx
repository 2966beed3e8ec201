/** Everything that happened to the open task, newest first. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useData, useLanguage, useText } from '../../context.ts';
import { clockTime, exact } from '../../format/time.ts';
import { selectTimeline } from '../../store/selectors.ts';
import { describeEvent } from './describe-event.ts';
import { worthTelling } from './worth-telling.ts';

/** Lines drawn at first, and more with each press. */
const PAGE = 150;

export function EventList() {
  const text = useText();
  const language = useLanguage();
  const timeline = useData(selectTimeline);
  const [shown, setShown] = useState(PAGE);
  if (!timeline) return null;
  const { dropped } = timeline;
  const events = worthTelling(timeline.events);
  const hidden = Math.max(0, events.length - shown);
  return (
    <section className="events" aria-label={text.task.timeline.events}>
      <h2>{text.task.timeline.events}</h2>
      <ol>
        {events
          .slice(-shown)
          .toReversed()
          .map((stored) => {
            const line = describeEvent(stored.event, text);
            return (
              <li key={stored.seq} data-testid="event" data-type={stored.event.type}>
                <time className="num faint" title={exact(stored.at, language)}>
                  {clockTime(stored.at, language)}
                </time>
                <span className="event-dot" data-state={line.state} aria-hidden="true" />
                <span className="event-text">
                  {line.text}
                  {line.detail !== null && <span className="dim event-detail">{line.detail}</span>}
                </span>
                <span className="faint event-actor">{stored.actor}</span>
              </li>
            );
          })}
      </ol>
      {hidden > 0 && (
        <Button variant="subtle" color="gray" onClick={() => setShown(shown + PAGE)}>
          {text.task.timeline.older(hidden)}
        </Button>
      )}
      {hidden === 0 && dropped > 0 && <p className="faint">{text.task.timeline.older(dropped)}</p>}
    </section>
  );
}
