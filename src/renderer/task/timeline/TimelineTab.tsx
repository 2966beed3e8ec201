/** Everything that happened to a task: its attempts as a chart, and all events below it. */
import { IconTimeline } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useNow } from '../../components/now.ts';
import { useData, useText } from '../../context.ts';
import { attemptsOf, selectAttempts, selectTimeline } from '../../store/selectors.ts';
import { Chart } from './Chart.tsx';
import { EventList } from './EventList.tsx';
import { withStops } from './stops.ts';
import './timeline.css';
import { useStops } from './use-stops.ts';

const NO_EVENTS: readonly StoredEvent[] = [];

export function TimelineTab({ task }: { readonly task: Task }) {
  const text = useText();
  const all = useData(selectAttempts);
  const timeline = useData(selectTimeline);
  const now = useNow();
  const stops = useStops(task);
  const own = timeline?.events ?? NO_EVENTS;
  const events = useMemo(() => withStops(own, stops), [own, stops]);
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  return (
    <div className="timeline" data-testid="timeline">
      {attempts.length === 0 ? (
        <Empty icon={<IconTimeline size={26} />} title={text.task.timeline.waiting} />
      ) : (
        <Chart task={task} attempts={attempts} events={events} now={now} />
      )}
      {timeline && <EventList events={events} dropped={timeline.dropped} attempts={attempts} />}
    </div>
  );
}
