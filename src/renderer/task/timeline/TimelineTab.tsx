/** All attempts as bars per phase, newest first, and everything that happened below. */
import { IconTimeline } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import { Empty } from '../../components/Empty.tsx';
import { useNow } from '../../components/now.ts';
import { useData, useText } from '../../context.ts';
import { attemptsOf, selectAttempts } from '../../store/selectors.ts';
import { AttemptBars } from './AttemptBars.tsx';
import { EventList } from './EventList.tsx';
import { scaleOf } from './layout.ts';
import './timeline.css';

export function TimelineTab({ task }: { readonly task: Task }) {
  const text = useText();
  const all = useData(selectAttempts);
  const now = useNow();
  const attempts = useMemo(() => attemptsOf(all, task.id), [all, task.id]);
  const scale = scaleOf(attempts, now);
  return (
    <div className="timeline" data-testid="timeline">
      {attempts.length === 0 ? (
        <Empty icon={<IconTimeline size={26} />} title={text.task.timeline.waiting} />
      ) : (
        attempts
          .toReversed()
          .map((attempt, index) => (
            <AttemptBars
              key={attempt.id}
              attempt={attempt}
              scale={scale}
              now={now}
              isOpenAtFirst={index === 0}
            />
          ))
      )}
      <EventList />
    </div>
  );
}
