/** What all rows of the chart share. */
import { createContext, useContext } from 'react';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { WorkshopStop } from './stops.ts';
import type { Span } from './zoom.ts';

export interface ChartShared {
  readonly view: Span;
  /** Of the lanes, in px. */
  readonly width: number;
  readonly now: number;
  /** Those of the task, as far as they are held. */
  readonly events: readonly StoredEvent[];
  /** When the whole workshop stood still meanwhile. */
  readonly stops: readonly WorkshopStop[];
  /** The cursor; `null`: now. */
  readonly at: number | null;
  /** Something was pointed at: the views of the task stand there. */
  choose(at: number, attemptId: AttemptId | null): void;
  toggle(attemptId: AttemptId): void;
  /** Shows an attempt from its beginning to its end. */
  zoomTo(span: Span): void;
}

export const ChartContext = createContext<ChartShared | null>(null);

export function useChart(): ChartShared {
  const shared = useContext(ChartContext);
  if (!shared) throw new Error('a row stands outside its chart');
  return shared;
}
