/** The lines of the record. Only those in sight are drawn; older ones are fetched as one comes near the end. */
import { Button, Loader } from '@mantine/core';
import { IconArrowUp, IconTimeline } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { AuditFilter } from '../../shared/contract-audit.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import { Empty } from '../components/Empty.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useListKeys } from '../components/use-list-keys.ts';
import { useLanguage, useText } from '../context.ts';
import { exact } from '../format/time.ts';
import { lineTime } from './line-time.ts';
import { describeEntry, subjectOf } from './describe.ts';
import { useLog } from './use-log.ts';
import { useToday } from './use-today.ts';

export interface AuditListProps {
  readonly filter: AuditFilter;
  readonly isFiltered: boolean;
  /** Begins below this number; `undefined`: at the newest. */
  readonly before: number | undefined;
  /** Begins anew below this number. */
  goOn(before: number | undefined): void;
  /** The number of the event that is open. */
  readonly chosen: number;
  choose(seq: number): void;
}

const LINE_PX = 32;
/** So near the end more is fetched. */
const NEAR = 30;

export function AuditList(props: AuditListProps) {
  const { filter, isFiltered, before, goOn, chosen, choose } = props;
  const { audit } = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtTop, setAtTop] = useState(true);
  const isFollowing = isAtTop && before === undefined;
  const today = useToday();
  const { state, view } = useLog(filter, before, isFollowing);
  const { events } = state;
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => events[index]?.seq ?? index,
    overscan: 16,
  });
  const keys = useListKeys<string>(
    events.map(({ seq }) => String(seq)),
    (seq) => choose(Number(seq)),
  );
  const { selected } = keys;
  useEffect(() => {
    const index = events.findIndex(({ seq }) => String(seq) === selected);
    if (selected !== null && index >= 0) virtualizer.scrollToIndex(index);
    // Only a step of the keyboard moves the list, not what comes in.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);
  const lines = virtualizer.getVirtualItems();
  const last = lines.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= events.length - NEAR) view?.more();
  }, [view, last, events.length]);

  const toTop = (): void => {
    goOn(undefined);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <div className="audit-list">
      <div
        className="audit-scroller"
        ref={scroller}
        onScroll={(event) => setAtTop(event.currentTarget.scrollTop < LINE_PX)}
        data-testid="audit-scroller"
      >
        {state.error && <ErrorNote error={state.error} />}
        <ol style={{ height: virtualizer.getTotalSize() }} aria-label={audit.title}>
          {lines.map(({ key, index, start }) => {
            const stored = events[index];
            return (
              stored && (
                <li key={key} style={{ transform: `translateY(${start}px)` }}>
                  <EventLine
                    stored={stored}
                    isChosen={stored.seq === chosen}
                    isSelected={keys.selected === String(stored.seq)}
                    today={today}
                    choose={choose}
                  />
                </li>
              )
            );
          })}
        </ol>
        <ListEnd log={state} isFiltered={isFiltered} goOn={goOn} />
      </div>
      {!isFollowing && (
        <Button
          className="audit-to-top"
          size="compact-sm"
          leftSection={<IconArrowUp size={14} />}
          onClick={toTop}
          data-testid="audit-to-top"
        >
          {audit.toTop}
        </Button>
      )}
    </div>
  );
}

interface ListEndProps {
  readonly log: ReturnType<typeof useLog>['state'];
  readonly isFiltered: boolean;
  goOn(before: number): void;
}

function ListEnd({ log, isFiltered, goOn }: ListEndProps) {
  const { audit, common } = useText();
  const language = useLanguage();
  const last = log.events.at(-1);
  if (log.isLooking) {
    const { lookedTo } = log;
    return (
      <p className="audit-end" role="status">
        <Loader size={14} />
        {lookedTo === null ? common.loading : audit.looking(exact(lookedTo, language))}
      </p>
    );
  }
  if (last === undefined) {
    if (log.error) return null;
    return (
      <Empty icon={<IconTimeline size={26} />} title={isFiltered ? audit.none : audit.noneYet}>
        {isFiltered ? null : audit.noneYetText}
      </Empty>
    );
  }
  if (log.isFull && !log.isEnd) {
    return (
      <p className="audit-end">
        <Button variant="default" onClick={() => goOn(last.seq)} data-testid="audit-older">
          {audit.older}
        </Button>
      </p>
    );
  }
  return log.isEnd ? (
    <p className="audit-end">{isFiltered ? audit.endFiltered : audit.end}</p>
  ) : null;
}

interface EventLineProps {
  readonly stored: StoredEvent;
  readonly isChosen: boolean;
  readonly isSelected: boolean;
  /** A time of this day. */
  readonly today: number;
  choose(seq: number): void;
}

function EventLine({ stored, isChosen, isSelected, today, choose }: EventLineProps) {
  const text = useText();
  const language = useLanguage();
  const line = describeEntry(stored.event, text);
  const subject = subjectOf(stored.event);
  return (
    <div className="audit-line" data-chosen={isChosen} data-selected={isSelected}>
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={() => choose(stored.seq)}
        data-testid="audit-event"
        data-type={stored.event.type}
      >
        <span className="audit-seq num faint">{stored.seq}</span>
        <time className="num dim" title={exact(stored.at, language)}>
          {lineTime(stored.at, today, language)}
        </time>
        <span className="audit-dot" data-state={line.state} aria-hidden="true" />
        <span className="audit-words">
          {line.text}
          {line.detail !== null && <span className="dim"> · {line.detail}</span>}
        </span>
        <span className="audit-actor faint">{stored.actor}</span>
      </button>
      {subject === null ? (
        <span className="audit-subject" />
      ) : (
        <Link className="audit-subject num" to={subject.path}>
          {subject.id}
        </Link>
      )}
    </div>
  );
}
