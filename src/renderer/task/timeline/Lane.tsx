/** The lane of a row. A click on it sets the moment there. */
import type { MouseEvent, ReactNode } from 'react';
import type { AttemptId } from '../../../shared/ids.ts';
import { useChart } from './ChartContext.ts';
import { timeAt } from './zoom.ts';

export interface LaneProps {
  /** `null`: whichever stood at that time. */
  readonly attemptId: AttemptId | null;
  readonly children: ReactNode;
  onDoubleClick?(): void;
}

export function Lane({ attemptId, children, onDoubleClick }: LaneProps) {
  const { view, choose } = useChart();
  const onClick = ({ currentTarget, clientX }: MouseEvent<HTMLElement>): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    choose(timeAt((clientX - left) / Math.max(1, width), view), attemptId);
  };
  return (
    // The keyboard's way is the chart itself, which moves the same cursor with the arrows.
    <div className="lane" onClick={onClick} onDoubleClick={onDoubleClick} role="presentation">
      {children}
    </div>
  );
}
