/**
 * Values over time with axes: one line or a few over each other, broken where nothing is known. The value under the
 * pointer is told; those who do not see it get a summary and a table.
 */
import { useMemo, useState, type PointerEvent } from 'react';
import { useText } from '../../context.ts';
import { ChartTable } from './ChartTable.tsx';
import { BOX_HEIGHT, BOX_WIDTH, pathsOf } from './path.ts';
import { shareOf, timeTicks, valueTicks, type Base } from './scale.ts';
import { nearest, summaryOf, thinned, type Series, type Summary } from './series.ts';
import { useTimeWords } from './use-time-words.ts';
import { GridLines, ValueAxis } from './ValueAxis.tsx';
import './charts.css';

export interface AreaChartProps {
  readonly label: string;
  readonly series: readonly Series[];
  /** Epoch ms at the left and right end. */
  readonly from: number;
  readonly to: number;
  /** The value that must be on it; the highest one when left out. */
  readonly max?: number;
  readonly base?: Base;
  readonly format: (value: number) => string;
  readonly testId?: string;
}

export function AreaChart(props: AreaChartProps) {
  const { label, series, from, to, max, base = 'decimal', format, testId } = props;
  const { charts } = useText();
  const [pointed, setPointed] = useState<number | null>(null);
  const few = useMemo(
    () => series.map((one) => ({ ...one, points: thinned(one.points) })),
    [series],
  );
  const summaries = few.map(({ points }) => summaryOf(points));
  const highest = summaries.reduce((most, one) => Math.max(most, one?.highest ?? 0), 0);
  const ticks = valueTicks(max ?? highest, base);
  const top = ticks.at(-1) ?? 1;
  const isEmpty = summaries.every((one) => one === null);

  function point(event: PointerEvent<HTMLDivElement>): void {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    if (width > 0) setPointed(from + ((event.clientX - left) / width) * (to - from));
  }

  return (
    <figure className="graph" data-testid={testId}>
      <figcaption>
        <span className="graph-label">{label}</span>
        {few.map(({ name, tone }, index) => (
          <span key={name} className="graph-latest" data-tone={tone}>
            {few.length > 1 && (
              <>
                <span className="graph-key" aria-hidden="true" />
                <span className="dim">{name}</span>
              </>
            )}
            <span className="num">{latestOf(summaries[index], format)}</span>
          </span>
        ))}
      </figcaption>
      <div className="graph-body" aria-hidden="true">
        <ValueAxis ticks={ticks} top={top} format={format} />
        <div className="graph-plot" onPointerMove={point} onPointerLeave={() => setPointed(null)}>
          <GridLines ticks={ticks} top={top} />
          <Lines series={few} from={from} to={to} max={top} />
          {isEmpty && <span className="graph-empty faint">{charts.none}</span>}
          {pointed !== null && !isEmpty && (
            <Crosshair at={pointed} series={few} from={from} to={to} format={format} />
          )}
        </div>
        <TimeAxis from={from} to={to} />
      </div>
      <ChartTable label={label} series={few} format={format} />
    </figure>
  );
}

function latestOf(summary: Summary | null | undefined, format: (value: number) => string): string {
  return summary ? format(summary.latest) : '–';
}

interface LinesProps {
  readonly series: readonly Series[];
  readonly from: number;
  readonly to: number;
  readonly max: number;
}

function Lines({ series, from, to, max }: LinesProps) {
  // Not with every move of the pointer.
  const paths = useMemo(
    () => series.map(({ points }) => pathsOf(points, { from, to, max })),
    [series, from, to, max],
  );
  return (
    <svg viewBox={`0 0 ${BOX_WIDTH} ${BOX_HEIGHT}`} preserveAspectRatio="none">
      {series.map(({ name, tone }, index) => (
        <g key={name} data-tone={tone}>
          <path className="graph-area" d={paths[index]?.area} />
          <path className="graph-line" d={paths[index]?.line} />
        </g>
      ))}
    </svg>
  );
}

function TimeAxis({ from, to }: { readonly from: number; readonly to: number }) {
  const words = useTimeWords(to - from);
  const offsetMs = new Date(from).getTimezoneOffset() * 60_000;
  return (
    <div className="graph-times num">
      {timeTicks(from, to, offsetMs).map((at) => (
        <span key={at} style={{ left: `${shareOf(at, from, to) * 100}%` }}>
          {words.axis(at)}
        </span>
      ))}
    </div>
  );
}

interface CrosshairProps {
  readonly at: number;
  readonly series: readonly Series[];
  readonly from: number;
  readonly to: number;
  readonly format: (value: number) => string;
}

function Crosshair({ at, series, from, to, format }: CrosshairProps) {
  const { charts } = useText();
  const words = useTimeWords(to - from);
  const found = series.map(({ name, tone, points }) => ({ name, tone, hit: nearest(points, at) }));
  const place = found[0]?.hit?.at ?? at;
  const share = shareOf(place, from, to);
  return (
    <>
      <span className="graph-cross" style={{ left: `${share * 100}%` }} />
      <div
        className="graph-tip"
        data-side={share > 0.6 ? 'left' : 'right'}
        style={{ left: `${share * 100}%` }}
      >
        <span className="faint num">{words.exact(place)}</span>
        {found.map(({ name, tone, hit }) => (
          <span key={name} data-tone={tone}>
            {found.length > 1 && <span className="graph-key" />}
            {found.length > 1 && <span className="dim">{name}</span>}
            <strong className="num">
              {hit?.value === null || !hit ? charts.unknown : format(hit.value)}
            </strong>
          </span>
        ))}
      </div>
    </>
  );
}
