/** The issues that were found, one line each. Only those in sight are drawn; near the end, more are read. */
import { IconCircleCheck, IconCircleDot, IconMessage } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { FoundIssue } from '../../../shared/contract-github-issues.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useText } from '../../context.ts';

export interface IssueListProps {
  readonly issues: readonly FoundIssue[];
  readonly twins: ReadonlyMap<string, TaskId>;
  isTicked(url: string): boolean;
  toggle(url: string): void;
  more(): void;
}

const ROW_PX = 50;
/** So many rows before the end, the next page is asked for. */
const AHEAD = 20;

export function IssueList({ issues, twins, isTicked, toggle, more }: IssueListProps) {
  const { pick: words } = useText().github;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: issues.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => issues[index]?.origin.url ?? index,
  });
  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  // With one page there is nothing that anybody waits for; scrolling on is what asks for the next.
  const isNear = last > 30 && last >= issues.length - AHEAD;
  useEffect(() => {
    if (isNear) more();
  });

  function move(event: KeyboardEvent<HTMLElement>): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const from = event.currentTarget.closest<HTMLElement>('[data-index]');
    const index = Number(from?.dataset['index']) + step;
    if (step === 0 || index < 0 || index >= issues.length) return;
    event.preventDefault();
    virtual.scrollToIndex(index);
    const focus = (): boolean => {
      const place = `[data-index="${index}"] input`;
      const box = scroller.current?.querySelector<HTMLElement>(place);
      box?.focus();
      return box !== null && box !== undefined;
    };
    if (!focus()) requestAnimationFrame(focus);
  }

  return (
    <div className="picker-rows" ref={scroller} role="list" aria-label={words.list}>
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {drawn.map(({ key, index, start }) => {
          const issue = issues[index];
          return (
            issue && (
              <div
                key={key}
                role="listitem"
                className="picker-row"
                data-index={index}
                data-testid="pick-row"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row
                  issue={issue}
                  twin={twins.get(issue.origin.url)}
                  isTicked={isTicked(issue.origin.url)}
                  toggle={toggle}
                  move={move}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly issue: FoundIssue;
  readonly twin: TaskId | undefined;
  readonly isTicked: boolean;
  toggle(url: string): void;
  move(event: KeyboardEvent<HTMLElement>): void;
}

function Row({ issue, twin, isTicked, toggle, move }: RowProps) {
  const { pick: words } = useText().github;
  const { origin, title, state, labels, assignees, milestone, comments, updatedAt } = issue;
  const Icon = state === 'open' ? IconCircleDot : IconCircleCheck;
  return (
    <label>
      <input
        type="checkbox"
        aria-label={words.choseOne(origin.ref)}
        checked={isTicked}
        onKeyDown={move}
        onChange={() => toggle(origin.url)}
        data-testid="pick-tick"
      />
      <Icon className="picker-state" data-state={state} size={15} aria-hidden="true" />
      <span className="picker-title clip" title={title}>
        {title}
      </span>
      <span className="picker-notes">
        <span className="dim">{origin.ref}</span>
        {twin !== undefined && (
          <span className="picker-twin" data-testid="pick-twin">
            {words.isTask(twin)}
          </span>
        )}
        {labels.slice(0, 4).map((label) => (
          <span key={label} className="import-label">
            {label}
          </span>
        ))}
        {milestone !== null && <span className="faint clip">{milestone}</span>}
        {assignees.length > 0 && <span className="faint clip">@{assignees.join(' @')}</span>}
        {comments > 0 && (
          <span className="faint num" title={words.comments(comments)}>
            <IconMessage size={12} aria-hidden="true" /> {comments}
          </span>
        )}
        <span className="faint">
          <RelativeTime at={updatedAt} />
        </span>
      </span>
    </label>
  );
}
