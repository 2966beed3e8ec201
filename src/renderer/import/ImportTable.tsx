/** The items, one row each. Only those in sight are drawn; arrows move between rows within a column. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useText } from '../context.ts';
import { ImportRow } from './ImportRow.tsx';
import type { Import } from './use-import.ts';

export interface ImportTableProps {
  readonly sheet: Import;
  close(): void;
}

const ROW_PX = 54;
const FIRST = '[data-column="tick"]';

export function ImportTable({ sheet, close }: ImportTableProps) {
  const { imports: words } = useText();
  const { rows, all, progress, change } = sheet;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => rows[index]?.key ?? index,
  });

  const isDrawn = virtual.getVirtualItems().length > 0;
  useEffect(() => {
    // Whoever dropped something goes on from the first item; whoever types more is left alone.
    if (!isDrawn || document.activeElement instanceof HTMLTextAreaElement) return;
    scroller.current?.querySelector<HTMLElement>(FIRST)?.focus();
  }, [isDrawn]);

  function move(event: KeyboardEvent<HTMLInputElement>): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const { currentTarget: field } = event;
    const from = field.closest<HTMLElement>('[data-index]');
    const index = Number(from?.dataset['index']) + step;
    const column = field.dataset['column'];
    if (column === undefined || index < 0 || index >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(index);
    // At once where it is drawn already: the next key belongs to that field.
    if (!focus(index, column)) requestAnimationFrame(() => focus(index, column));
  }

  function focus(index: number, column: string): boolean {
    const place = `[data-index="${index}"] [data-column="${column}"]`;
    const next = scroller.current?.querySelector<HTMLElement>(place);
    next?.focus();
    return next !== null && next !== undefined;
  }

  return (
    <div className="import-table" role="table" aria-label={words.table} aria-rowcount={rows.length}>
      <div className="import-row import-row-head" role="row">
        <span role="columnheader">
          <span className="import-hidden">{words.columns.take}</span>
        </span>
        <span role="columnheader">{words.columns.task}</span>
        <span role="columnheader">{words.columns.repo}</span>
        <span role="columnheader">{words.columns.priority}</span>
        <span role="columnheader">{words.columns.engine}</span>
        <span role="columnheader">{words.columns.needs}</span>
      </div>
      <div className="import-rows" ref={scroller} role="rowgroup">
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((place) => {
            const row = rows[place.index];
            return (
              row && (
                <ImportRow
                  key={place.key}
                  row={row}
                  all={all}
                  index={place.index}
                  top={place.start}
                  measure={virtual.measureElement}
                  move={move}
                  isBusy={progress !== null}
                  change={change}
                  close={close}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
