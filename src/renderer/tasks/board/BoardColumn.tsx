/** One column of the board. Only the cards in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { useRows } from '../../components/use-rows.ts';
import { useText } from '../../context.ts';
import type { Group } from '../../store/groups.ts';
import { ColumnDrop } from './ColumnDrop.tsx';
import { TaskCard } from './TaskCard.tsx';
import type { CardDrag } from './use-card-drag.ts';

export interface BoardColumnProps {
  readonly group: Group;
  readonly tasks: readonly Task[];
  readonly count: number;
  /** `null` when the cursor of the keyboard is elsewhere. */
  readonly cursor: TaskId | null;
  readonly chosen: ReadonlySet<TaskId>;
  readonly choose: (id: TaskId, isRange: boolean) => void;
  readonly drag: CardDrag | null;
}

const CARD_PX = 92;
const GAP_PX = 8;

export const BoardColumn = memo(function BoardColumn(props: BoardColumnProps) {
  const { group, tasks, count, cursor, chosen, choose, drag } = props;
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const { keyOf, at } = useRows(tasks, cursor);
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    gap: GAP_PX,
    overscan: 6,
    useFlushSync: false,
    getItemKey: keyOf,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  return (
    <section className="column" data-group={group} aria-label={text.groups[group]}>
      <header className="column-head">
        <span className="column-dot" aria-hidden="true" />
        <h2>{text.groups[group]}</h2>
        <span className="column-count num">{count}</span>
      </header>
      <div className="column-body" ref={scroller}>
        {tasks.length === 0 && <p className="column-empty">{text.tasks.emptyColumn[group]}</p>}
        <ul className="column-list" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const task = tasks[item.index];
            return (
              task && (
                <li
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <TaskCard
                    task={task}
                    isAt={task.id === cursor}
                    isChosen={chosen.has(task.id)}
                    choose={choose}
                  />
                </li>
              )
            );
          })}
        </ul>
      </div>
      {drag && <ColumnDrop group={group} drag={drag} />}
    </section>
  );
});
