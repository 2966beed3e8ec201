/** A time with a length on a lane, drawn where it is seen. */
import type { ReactNode } from 'react';
import { useChart } from './ChartContext.ts';
import { percent, type Span } from './zoom.ts';

export interface BarProps {
  readonly span: Span;
  readonly className: string;
  readonly label: string;
  readonly state?: string;
  readonly testId?: string;
  /** Said by another part already. */
  readonly isHidden?: boolean;
  readonly children?: ReactNode;
}

export function Bar({ span, className, label, state, testId, isHidden, children }: BarProps) {
  const { view } = useChart();
  const left = percent(span.from, view);
  const right = percent(span.until, view);
  if (right < 0 || left > 100) return null;
  // Far beyond the edges a browser draws wrongly.
  const [begin, end] = [Math.max(-1, left), Math.min(101, right)];
  const spoken = isHidden ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <span
      className={className}
      title={label}
      data-state={state}
      data-testid={testId}
      style={{ left: `${begin}%`, width: `${end - begin}%` }}
      {...spoken}
    >
      {children}
    </span>
  );
}
