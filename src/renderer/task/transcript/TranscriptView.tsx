/** The entries of a transcript: only those in sight are drawn, it follows its end, and stands at the moment of the task. */
import { Button } from '@mantine/core';
import { IconArrowBarToDown, IconClock } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import { LiveState } from '../../components/LiveState.tsx';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';
import { clockTime } from '../../format/time.ts';
import { useMoment } from '../moment.ts';
import { EntryView } from './EntryView.tsx';
import { FindEntries } from './FindEntries.tsx';
import { entryAt } from './times.ts';
import type { TranscriptState } from './transcript-store.ts';
import { useTimes } from './use-transcript.ts';

export interface TranscriptViewProps {
  readonly attempt: Attempt;
  readonly transcript: TranscriptState;
  readonly chooser: ReactNode;
}

const ENTRY_PX = 40;
/** So near to the end counts as there. */
const NEAR_PX = 48;

export function TranscriptView({ attempt, transcript, chooser }: TranscriptViewProps) {
  const text = useText().review.transcript;
  const language = useLanguage();
  const { entries, dropped, isWhole } = transcript;
  const [moment, setMoment] = useMoment();
  const timeOf = useTimes(attempt, entries.at(-1)?.offset ?? null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [sought, setSought] = useState<number | null>(null);
  const list = useEntryList(transcript);
  const { show } = list;
  const standing = useMemo(
    () => (moment.at === null ? -1 : entryAt(entries, moment.at, timeOf)),
    [entries, moment.at, timeOf],
  );
  useEffect(() => {
    if (standing >= 0) show(standing);
    // Only when one comes to another moment: new entries must not pull it back.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [moment.at, standing >= 0, show]);
  const toggle = useCallback((n: number) => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(n)) next.add(n);
      return next;
    });
  }, []);
  const standAt = useCallback(
    (at: number) => setMoment({ attemptId: attempt.id, at }),
    [setMoment, attempt.id],
  );
  const first = entries[0]?.n ?? 0;
  const isLive = !isWhole && !isAttemptEnd(attempt.state);
  return (
    <div className="transcript" data-testid="transcript">
      <div className="transcript-bar">
        {chooser}
        <LiveState live={isLive ? 'live' : 'ended'} testId="transcript-state">
          {isLive ? text.live : text.ended}
          <span className="faint num">{text.count(whole(entries.length + dropped, language))}</span>
        </LiveState>
        {moment.at !== null && (
          <Button
            variant="default"
            leftSection={<IconClock size={14} />}
            onClick={() => setMoment({ ...moment, at: null })}
            data-testid="transcript-now"
          >
            {clockTime(moment.at, language)} · {text.now}
          </Button>
        )}
        <Button
          variant={list.isFollowing ? 'light' : 'default'}
          leftSection={<IconArrowBarToDown size={14} />}
          aria-pressed={list.isFollowing}
          onClick={list.follow}
          data-testid="transcript-follow"
        >
          {isLive ? (list.isFollowing ? text.following : text.follow) : text.toEnd}
        </Button>
        <FindEntries
          entries={entries}
          onGo={(n) => {
            setSought(n);
            show(n - first);
          }}
        />
      </div>
      {dropped > 0 && <p className="transcript-note">{text.dropped(whole(dropped, language))}</p>}
      <div
        className="transcript-list"
        ref={list.scroller}
        onScroll={list.onScroll}
        role="region"
        aria-label={text.label}
        tabIndex={0}
      >
        <div className="transcript-space" style={{ height: list.virtual.getTotalSize() }}>
          {list.virtual.getVirtualItems().map((item) => {
            const entry = entries[item.index];
            return (
              entry && (
                <div
                  key={item.key}
                  ref={list.virtual.measureElement}
                  data-index={item.index}
                  className="transcript-item"
                  data-standing={item.index === standing}
                  data-sought={entry.n === sought}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <EntryView
                    entry={entry}
                    at={timeOf(entry)}
                    isOpen={open.has(entry.n)}
                    onToggle={toggle}
                    onMoment={standAt}
                  />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The list with its place: at the end while it follows, where a person left it otherwise. */
function useEntryList({ entries }: TranscriptState) {
  const scroller = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ENTRY_PX,
    overscan: 12,
    getItemKey: (index) => entries[index]?.n ?? index,
  });
  const last = entries.length - 1;
  const size = virtual.getTotalSize();
  useEffect(() => {
    if (isFollowing) virtual.scrollToIndex(last, { align: 'end' });
    // Sizes are measured when rows are drawn: the end moves with them.
  }, [virtual, isFollowing, last, size]);
  const show = useCallback(
    (index: number) => {
      setFollowing(false);
      virtual.scrollToIndex(index, { align: 'center' });
    },
    [virtual],
  );
  return {
    scroller,
    virtual,
    isFollowing,
    show,
    follow: () => setFollowing(true),
    onScroll(): void {
      const element = scroller.current;
      if (!element) return;
      const below = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Following only ever moves down; who goes up wants to stay there.
      if (below >= NEAR_PX && virtual.scrollDirection === 'backward') setFollowing(false);
    },
  };
}
