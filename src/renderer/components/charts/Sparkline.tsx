/** A small line without axes, for a tile or a row. Says in words what it shows. */
import { useMemo } from 'react';
import { useText } from '../../context.ts';
import { BOX_HEIGHT, BOX_WIDTH, pathsOf } from './path.ts';
import { summaryOf, thinned, type Point, type Tone } from './series.ts';
import './charts.css';

export interface SparklineProps {
  readonly label: string;
  readonly points: readonly Point[];
  /** The value at the top; the highest one when left out. */
  readonly max?: number;
  readonly tone?: Tone;
  readonly format: (value: number) => string;
}

/** As wide as its place; its height is that of the class `sparkline` or of the place. */
export function Sparkline({ label, points, max, tone = 'accent', format }: SparklineProps) {
  const { charts } = useText();
  const { paths, summary } = useMemo(() => {
    const few = thinned(points, 120);
    const found = summaryOf(few);
    const frame = {
      from: few[0]?.at ?? 0,
      to: few.at(-1)?.at ?? 0,
      max: max ?? Math.max(found?.highest ?? 0, Number.MIN_VALUE),
    };
    return { paths: pathsOf(few, frame), summary: found };
  }, [points, max]);
  return (
    <svg
      className="sparkline"
      data-tone={tone}
      viewBox={`0 0 ${BOX_WIDTH} ${BOX_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={
        summary
          ? charts.summary(
              label,
              format(summary.latest),
              format(summary.lowest),
              format(summary.highest),
            )
          : charts.nothing(label)
      }
    >
      <path className="graph-area" d={paths.area} />
      <path className="graph-line" d={paths.line} />
    </svg>
  );
}
