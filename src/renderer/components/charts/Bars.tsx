/**
 * Amounts side by side, each stacked from its parts: days by engine, hours by outcome. The amounts under the pointer are
 * told; those who do not see them get a table.
 */
import { VisuallyHidden } from '@mantine/core';
import { useState, type PointerEvent } from 'react';
import { useText } from '../../context.ts';
import { shareOf, valueTicks, type Base } from './scale.ts';
import type { Tone } from './series.ts';
import { GridLines, ValueAxis } from './ValueAxis.tsx';
import './charts.css';

export interface Part {
  readonly name: string;
  readonly tone: Tone;
}

export interface Bar {
  /** Under the axis and in the table: `21 Nov`. */
  readonly name: string;
  /** One amount for each part, in the same order; none is below 0. */
  readonly amounts: readonly number[];
}

export interface BarsProps {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly bars: readonly Bar[];
  readonly base?: Base;
  readonly format: (value: number) => string;
  readonly testId?: string;
}

/** So many names fit under the axis. */
const MOST_NAMES = 8;

export function Bars({ label, parts, bars, base = 'decimal', format, testId }: BarsProps) {
  const { charts } = useText();
  const [pointed, setPointed] = useState<number | null>(null);
  const highest = bars.reduce((most, { amounts }) => Math.max(most, sumOf(amounts)), 0);
  const ticks = valueTicks(highest, base);
  const top = ticks.at(-1) ?? 1;
  const bar = pointed === null ? undefined : bars[pointed];

  function point(event: PointerEvent<HTMLDivElement>): void {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = shareOf(event.clientX - left, 0, width);
    setPointed(Math.min(bars.length - 1, Math.floor(share * bars.length)));
  }

  return (
    <figure className="graph" data-testid={testId}>
      <figcaption>
        <span className="graph-label">{label}</span>
        {parts.length > 1 &&
          parts.map(({ name, tone }) => (
            <span key={name} className="graph-latest" data-tone={tone}>
              <span className="graph-key" aria-hidden="true" />
              <span className="dim">{name}</span>
            </span>
          ))}
      </figcaption>
      <div className="graph-body" aria-hidden="true">
        <ValueAxis ticks={ticks} top={top} format={format} />
        <div className="graph-plot" onPointerMove={point} onPointerLeave={() => setPointed(null)}>
          <GridLines ticks={ticks} top={top} />
          <Columns bars={bars} parts={parts} top={top} pointed={pointed} />
          {highest === 0 && <span className="graph-empty faint">{charts.none}</span>}
          {bar && pointed !== null && (
            <BarTip bar={bar} parts={parts} share={(pointed + 0.5) / bars.length} format={format} />
          )}
        </div>
        <BarNames bars={bars} />
      </div>
      <BarTable label={label} parts={parts} bars={bars} format={format} />
    </figure>
  );
}

interface ColumnsProps {
  readonly bars: readonly Bar[];
  readonly parts: readonly Part[];
  readonly top: number;
  readonly pointed: number | null;
}

function Columns({ bars, parts, top, pointed }: ColumnsProps) {
  return (
    <div className="graph-columns" data-dense={bars.length > 60}>
      {bars.map(({ name, amounts }, index) => (
        <div key={name} className="graph-column" data-pointed={index === pointed}>
          {parts.map((part, at) => (
            <span
              key={part.name}
              data-tone={part.tone}
              style={{ height: `${shareOf(amounts[at] ?? 0, 0, top) * 100}%` }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function BarNames({ bars }: { readonly bars: readonly Bar[] }) {
  const every = Math.max(1, Math.ceil(bars.length / MOST_NAMES));
  return (
    <div className="graph-times num">
      {bars.map(
        ({ name }, index) =>
          index % every === 0 && (
            <span key={name} style={{ left: `${((index + 0.5) / bars.length) * 100}%` }}>
              {name}
            </span>
          ),
      )}
    </div>
  );
}

interface BarTipProps {
  readonly bar: Bar;
  readonly parts: readonly Part[];
  readonly share: number;
  readonly format: (value: number) => string;
}

function BarTip({ bar, parts, share, format }: BarTipProps) {
  const { charts } = useText();
  return (
    <div
      className="graph-tip"
      data-side={share > 0.6 ? 'left' : 'right'}
      style={{ left: `${share * 100}%` }}
    >
      <span className="faint num">{bar.name}</span>
      {parts.map(({ name, tone }, index) => (
        <span key={name} data-tone={tone}>
          <span className="graph-key" />
          <span className="dim">{name}</span>
          <strong className="num">{format(bar.amounts[index] ?? 0)}</strong>
        </span>
      ))}
      {parts.length > 1 && (
        <span>
          <span className="dim">{charts.total}</span>
          <strong className="num">{format(sumOf(bar.amounts))}</strong>
        </span>
      )}
    </div>
  );
}

function BarTable({ label, parts, bars, format }: Omit<BarsProps, 'base' | 'testId'>) {
  return (
    <VisuallyHidden>
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{label}</th>
            {parts.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map(({ name, amounts }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {parts.map((part, index) => (
                <td key={part.name}>{format(amounts[index] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
