/** The times above the lanes. Drawing a part of it zooms to that part; the wheel zooms where the pointer is. */
import { useState, type PointerEvent } from 'react';
import { useLanguage, useText } from '../../context.ts';
import { ticksOf } from './ticks.ts';
import type { ChartView } from './use-view.ts';
import { percent, timeAt } from './zoom.ts';

export interface RulerProps {
  readonly chart: ChartView;
  readonly width: number;
}

/** Shorter is a click. */
const LEAST_SHARE = 0.01;

export function Ruler({ chart, width }: RulerProps) {
  const { chart: words } = useText();
  const language = useLanguage();
  const [drawn, setDrawn] = useState<{ readonly a: number; readonly b: number } | null>(null);
  const { view, show } = chart;
  const offset = -new Date(view.until).getTimezoneOffset() * 60_000;
  const shareAt = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): number => {
    const { left, width: all } = currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / Math.max(1, all)));
  };
  return (
    <div
      className="ruler"
      title={words.drawHint}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrawn({ a: shareAt(event), b: shareAt(event) });
      }}
      onPointerMove={(event) => drawn && setDrawn({ a: drawn.a, b: shareAt(event) })}
      onPointerUp={() => {
        setDrawn(null);
        if (!drawn || Math.abs(drawn.a - drawn.b) < LEAST_SHARE) return;
        show(timeAt(drawn.a, view), timeAt(drawn.b, view));
      }}
      onPointerCancel={() => setDrawn(null)}
      data-testid="ruler"
    >
      {ticksOf(view, width, offset, language).map(({ at, label }) => (
        <span key={at} className="tick num" style={{ left: `${percent(at, view)}%` }}>
          {label}
        </span>
      ))}
      {drawn && (
        <span
          className="drawn"
          style={{
            left: `${Math.min(drawn.a, drawn.b) * 100}%`,
            width: `${Math.abs(drawn.a - drawn.b) * 100}%`,
          }}
        />
      )}
    </div>
  );
}
