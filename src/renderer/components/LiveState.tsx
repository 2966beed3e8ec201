/** Whether what is shown still grows: a word and a dot that breathes while it does. */
import type { ReactNode } from 'react';
import './live-state.css';

export interface LiveStateProps {
  /** `live` grows, `past` is as it was at a moment before; others stand still. */
  readonly live: 'live' | 'past' | 'ended' | 'replaying';
  readonly testId: string;
  readonly children: ReactNode;
}

export function LiveState({ live, testId, children }: LiveStateProps) {
  return (
    <span className="live-state" data-live={live} data-testid={testId}>
      <span className="live-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
