/** The head of a column: sorts by it, and its end is drawn, or moved by the arrow keys, to make it wider. */
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useApp, useText, useUi } from '../../context.ts';
import { selectTaskTable } from '../../store/selectors.ts';
import { resized, RIGHT, SORTS, widthOf, type Column, type ListOrder } from '../columns.ts';

export interface HeadCellProps {
  readonly column: Column | 'task';
  readonly order: ListOrder;
  readonly sort: (order: ListOrder) => void;
}

/** One begins with the least of these, and with the most or latest of all others. */
const UP_FIRST: ReadonlySet<string> = new Set(['title', 'state', 'repo', 'engine']);
const KEY_STEP_PX = 16;

export function HeadCell({ column, order, sort }: HeadCellProps) {
  const { taskList } = useText();
  const name = taskList.columnNames[column];
  const by = SORTS[column];
  const isOn = by !== null && order.by === by;
  const way = isOn ? (order.isDown ? 'descending' : 'ascending') : 'none';
  const Icon = order.isDown ? IconChevronDown : IconChevronUp;
  const isRight = column !== 'task' && RIGHT.has(column);
  return (
    <span
      role="columnheader"
      className={isRight ? 'head-cell row-right' : 'head-cell'}
      aria-sort={by === null ? undefined : way}
    >
      {by === null ? (
        <span className="clip">{name}</span>
      ) : (
        <button
          type="button"
          className="head-sort"
          title={taskList.sortBy(name)}
          onClick={() => sort({ by, isDown: isOn ? !order.isDown : !UP_FIRST.has(by) })}
          data-testid={`sort-${column}`}
        >
          <span className="clip">{name}</span>
          {isOn && <Icon size={13} aria-hidden="true" />}
        </button>
      )}
      {column !== 'task' && <Grip column={column} name={name} />}
    </span>
  );
}

function Grip({ column, name }: { readonly column: Column; readonly name: string }) {
  const { ui } = useApp();
  const { taskList } = useText();
  const width = widthOf(useUi(selectTaskTable), column);
  const begun = useRef<{ readonly width: number; readonly clientX: number }>(null);
  const setWidth = (px: number): void =>
    ui.setState(({ taskTable }) => ({ taskTable: resized(taskTable, column, px) }));

  function onPointerDown(event: PointerEvent<HTMLSpanElement>): void {
    const { currentTarget, pointerId, clientX } = event;
    event.preventDefault();
    currentTarget.setPointerCapture(pointerId);
    begun.current = { width, clientX };
  }

  function onPointerMove({
    currentTarget,
    pointerId,
    clientX,
  }: PointerEvent<HTMLSpanElement>): void {
    if (!begun.current || !currentTarget.hasPointerCapture(pointerId)) return;
    setWidth(begun.current.width - (clientX - begun.current.clientX));
  }

  function onKeyDown({ key }: KeyboardEvent): void {
    if (key === 'ArrowLeft') setWidth(width + KEY_STEP_PX);
    if (key === 'ArrowRight') setWidth(width - KEY_STEP_PX);
  }

  return (
    // A separator that can be moved takes the focus and the arrow keys.
    <span
      className="head-grip"
      role="separator"
      aria-orientation="vertical"
      aria-label={taskList.resize(name)}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      data-testid={`grip-${column}`}
    />
  );
}
