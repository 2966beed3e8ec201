/** All of the time in one narrow strip, with a window on the part that the chart shows. The window is dragged, also by its ends. */
import { useRef, type PointerEvent } from 'react';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { spanOf } from './bars.ts';
import type { ChartView } from './use-view.ts';
import { fit, lengthOf, percent, type Span } from './zoom.ts';

export interface BrushProps {
  readonly chart: ChartView;
  readonly attempts: readonly Attempt[];
  readonly now: number;
  readonly at: number | null;
}

interface Grip {
  readonly part: 'from' | 'until' | 'window';
  readonly view: Span;
  readonly x: number;
}

const GRIP_PX = 8;

export function Brush({ chart, attempts, now, at }: BrushProps) {
  const grip = useRef<Grip | null>(null);
  const { view, whole, show } = chart;
  const all = fit(whole);
  const [left, right] = [percent(view.from, all), percent(view.until, all)];

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left;
    const [begin, end] = [(left / 100) * box.width, (right / 100) * box.width];
    const part =
      Math.abs(x - begin) < GRIP_PX ? 'from' : Math.abs(x - end) < GRIP_PX ? 'until' : 'window';
    grip.current = { part, view, x: event.clientX };
    if (part !== 'window' || (x > begin && x < end)) return;
    // Beside the window: it comes here.
    const centre = all.from + (x / Math.max(1, box.width)) * lengthOf(all);
    const half = lengthOf(view) / 2;
    show(centre - half, centre + half);
    grip.current = { part, view: { from: centre - half, until: centre + half }, x: event.clientX };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const held = grip.current;
    if (!held) return;
    const { width } = event.currentTarget.getBoundingClientRect();
    const ms = ((event.clientX - held.x) / Math.max(1, width)) * lengthOf(all);
    show(
      held.view.from + (held.part === 'until' ? 0 : ms),
      held.view.until + (held.part === 'from' ? 0 : ms),
    );
  };
  const release = (): void => {
    grip.current = null;
  };
  return (
    // What it does, the keys of the chart do as well.
    <div
      className="brush"
      aria-hidden="true"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={release}
      onPointerCancel={release}
      data-testid="brush"
    >
      {attempts.map((attempt) => {
        const span = spanOf(attempt, now);
        return (
          <span
            key={attempt.id}
            className="brush-attempt"
            data-state={attempt.state}
            style={{
              left: `${percent(span.from, all)}%`,
              width: `${(lengthOf(span) / lengthOf(all)) * 100}%`,
            }}
          />
        );
      })}
      {at !== null && <span className="brush-at" style={{ left: `${percent(at, all)}%` }} />}
      <span className="brush-window" style={{ left: `${left}%`, width: `${right - left}%` }} />
    </div>
  );
}
