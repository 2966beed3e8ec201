/** All attempts as bars per phase, newest first, and everything that happened below. */
import { IconTimeline } from '@tabler/icons-react';
import { Fragment, useMemo } from 'react';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useNow } from '../../components/now.ts';
import { useData, useText } from '../../context.ts';
import { attemptsOf, selectAttempts, selectTimeline } from '../../store/selectors.ts';
import { AttemptBars } from './AttemptBars.tsx';
import { EventList } from './EventList.tsx';
import { Handover } from './Handover.tsx';
import { scaleOf } from './layout.ts';
import './timeline.css';

const NO_EVENTS: readonly StoredEvent[] = [];

export function TimelineTab({ task }: { readonly task: Task }) {
  const text = useText();
  const all = useData(selectAttempts);
  const events = useData(selectTimeline)?.events ?? NO_EVENTS;
  const now = useNow();
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  const scale = scaleOf(attempts, now);
  return (
    <div className="timeline" data-testid="timeline">
      {attempts.length === 0 ? (
        <Empty icon={<IconTimeline size={26} />} title={text.task.timeline.waiting} />
      ) : (
        attempts.toReversed().map((attempt, index) => (
          <Fragment key={attempt.id}>
            <AttemptBars
              attempt={attempt}
              events={events}
              scale={scale}
              now={now}
              isOpenAtFirst={index === 0}
            />
            <Handover attempt={attempt} />
          </Fragment>
        ))
      )}
      <EventList />
    </div>
  );
}
