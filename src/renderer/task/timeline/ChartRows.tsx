/** The rows of the chart, of which only those in sight are drawn: a task may have been tried a hundred times. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, type RefObject } from 'react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import { AttemptRow } from './AttemptRow.tsx';
import { heightOf, rowsOf, type ChartRow } from './chart-rows.ts';
import { HandoverLines } from './HandoverLines.tsx';
import { PhaseRow } from './PhaseRow.tsx';
import { TaskRow } from './TaskRow.tsx';

export interface ChartRowsProps {
  readonly task: Task;
  readonly attempts: readonly Attempt[];
  readonly toggled: ReadonlySet<AttemptId>;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

export function ChartRows({ task, attempts, toggled, scroller }: ChartRowsProps) {
  const rows = useMemo(() => rowsOf(attempts, toggled), [attempts, toggled]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  });
  const height = virtualizer.getTotalSize();
  const boxes = rows.flatMap((row, index) =>
    row.kind === 'attempt'
      ? [{ attempt: row.attempt, top: virtualizer.measurementsCache[index]?.start ?? 0 }]
      : [],
  );
  return (
    <div className="chart-rows" ref={scroller}>
      <div className="chart-rows-all" style={{ height }}>
        <HandoverLines boxes={boxes} height={height} />
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className="chart-slot"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row row={row} task={task} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Row({ row, task }: { readonly row: ChartRow; readonly task: Task }) {
  switch (row.kind) {
    case 'task':
      return <TaskRow task={task} />;
    case 'attempt':
      return <AttemptRow attempt={row.attempt} isOpen={row.isOpen} />;
    case 'phase':
      return <PhaseRow attempt={row.attempt} phase={row.phase} />;
  }
}
