/** Behind the rows of the chart: a line for each hand-over, from where one agent left off to where the next one went on. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { spanOf } from './bars.ts';
import { useChart } from './ChartContext.ts';
import { BAR_TOP, handoverPath } from './handover-path.ts';
import { percent } from './zoom.ts';

export interface AttemptBox {
  readonly attempt: Attempt;
  /** Where its row begins, in px from the first row. */
  readonly top: number;
}

export interface HandoverLinesProps {
  readonly boxes: readonly AttemptBox[];
  readonly height: number;
}

export function HandoverLines({ boxes, height }: HandoverLinesProps) {
  const { view, width, now } = useChart();
  const px = (at: number): number => (percent(at, view) / 100) * width;
  const isFar = (x: number): boolean => x < 0 || x > width;
  const lines = boxes.flatMap(({ attempt: newer, top }) => {
    const older = boxes.find(({ attempt }) => attempt.id === newer.resumedFrom?.attemptId);
    if (!older) return [];
    const from = { x: px(spanOf(older.attempt, now).until), top: older.top + BAR_TOP };
    const to = { x: px(spanOf(newer, now).from), top: top + BAR_TOP };
    if (isFar(to.x)) return [];
    // What lies far beyond the edge would be drawn wrongly.
    return [{ id: newer.id, path: handoverPath({ ...from, x: Math.max(-10, from.x) }, to), to }];
  });
  return (
    <svg className="handover-lines" width={width} height={height} aria-hidden="true">
      {lines.map(({ id, path, to }) => (
        <g key={id} data-testid="handover-line">
          <path d={path} />
          <path className="handover-head" d={headOf(to.x, to.top)} />
        </g>
      ))}
    </svg>
  );
}

function headOf(x: number, top: number): string {
  return `M${x - 5} ${top + 5.5} L${x} ${top + 9.5} L${x - 5} ${top + 13.5} Z`;
}
