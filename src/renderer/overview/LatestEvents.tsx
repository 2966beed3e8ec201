/** What has just happened, in words; each line leads to where it happened. */
import { SegmentedControl } from '@mantine/core';
import { memo, useState } from 'react';
import { Link } from 'react-router';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { AgentId } from '../../shared/ids.ts';
import { Empty } from '../components/Empty.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useApp, useData, useText } from '../context.ts';
import { eventWords } from './event-words.ts';
import { useLatest } from './use-latest.ts';

/** More nobody reads here; the rest is in the audit. */
const MOST_SHOWN = 60;

export function LatestEvents() {
  const { events: words } = useText().overview;
  const latest = useLatest();
  const [isAll, setAll] = useState(false);
  const shown = (isAll ? latest.all : latest.matters).slice(0, MOST_SHOWN);
  return (
    <section className="ov-events panel" aria-labelledby="ov-events">
      <header className="ov-head">
        <h2 id="ov-events">{words.title}</h2>
        <SegmentedControl
          className="ov-more"
          aria-label={words.filter}
          value={isAll ? 'all' : 'matters'}
          onChange={(value) => setAll(value === 'all')}
          data={[
            { value: 'matters', label: words.matters },
            { value: 'all', label: words.all },
          ]}
        />
      </header>
      {shown.length === 0 ? (
        <Empty title={words.none} />
      ) : (
        <ol className="ov-list ov-feed" tabIndex={0} aria-label={words.title}>
          {shown.map((stored) => (
            <EventLine key={stored.seq} stored={stored} />
          ))}
        </ol>
      )}
    </section>
  );
}

const EventLine = memo(function EventLine({ stored }: { readonly stored: StoredEvent }) {
  const text = useText();
  const { data } = useApp();
  const nameOf = (id: AgentId): string => data.getState().live.agents.get(id)?.name ?? id;
  const { text: words, state, path, taskId } = eventWords(stored.event, text, nameOf);
  const title = useData(({ live }) => (taskId === null ? null : live.tasks.get(taskId)?.title));
  return (
    <li data-testid="overview-event">
      <span className="ov-dot" data-state={state} aria-hidden="true" />
      <Link to={path} className="ov-event">
        <span className="clip-2">{words}</span>
        {taskId !== null && (
          <span className="faint clip">
            <span className="mono">{taskId}</span> {title}
          </span>
        )}
      </Link>
      <span className="faint ov-when">
        <RelativeTime at={stored.at} />
      </span>
    </li>
  );
});
