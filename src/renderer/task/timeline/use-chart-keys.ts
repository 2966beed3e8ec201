/** The keys of the chart: the arrows go from event to event, + and − zoom, 0 shows all. */
import { useEffect, useRef, type RefObject } from 'react';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { ChartView } from './use-view.ts';
import { lengthOf } from './zoom.ts';

export interface ChartKeys {
  readonly chart: ChartView;
  readonly at: number | null;
  /** Oldest first. */
  readonly events: readonly StoredEvent[];
  goTo(at: number, attemptId: AttemptId | null): void;
  clear(): void;
  openTerminal(): void;
}

const CLOSER = 0.6;
/** Of the view, by Shift and an arrow. */
const STEP_SHARE = 0.2;

export function useChartKeys(area: RefObject<HTMLElement | null>, keys: ChartKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      // A button among the rows has its own.
      if (event.target !== element && event.key === 'Enter') return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!run(event, steppingFrom(latest))) return;
      event.preventDefault();
      event.stopPropagation();
    };
    element.addEventListener('keydown', onKeyDown);
    return () => element.removeEventListener('keydown', onKeyDown);
  }, [area]);
}

/** A key that comes before the last one was drawn goes on from where that one led. */
function steppingFrom(latest: { current: ChartKeys }): ChartKeys {
  const { current } = latest;
  const stand = (at: number | null): void => {
    latest.current = { ...current, at };
  };
  return {
    ...current,
    goTo(at, attemptId) {
      stand(at);
      current.goTo(at, attemptId);
    },
    clear() {
      stand(null);
      current.clear();
    },
  };
}

/** @returns whether the key means something here */
function run(
  { key, shiftKey }: KeyboardEvent,
  { chart, at, events, goTo, clear, openTerminal }: ChartKeys,
): boolean {
  const step = (direction: 1 | -1): void => {
    if (shiftKey) return chart.panBy(direction * lengthOf(chart.view) * STEP_SHARE);
    const next = neighbour(events, at, direction);
    if (next) goTo(next.at, attemptOf(next));
  };
  const anchor = at ?? undefined;
  switch (key) {
    case '+':
    case '=':
      chart.zoomBy(CLOSER, anchor);
      return true;
    case '-':
    case '_':
      chart.zoomBy(1 / CLOSER, anchor);
      return true;
    case '0':
      chart.showAll();
      return true;
    case 'ArrowLeft':
      step(-1);
      return true;
    case 'ArrowRight':
      step(1);
      return true;
    case 'Home':
    case 'End': {
      const end = key === 'Home' ? events[0] : events.at(-1);
      if (end) goTo(end.at, attemptOf(end));
      return true;
    }
    case 'Enter':
      if (at !== null) openTerminal();
      return at !== null;
    case 'Escape':
      if (at !== null) clear();
      return at !== null;
    default:
      return false;
  }
}

/** The next event at another time than the cursor's. */
function neighbour(
  events: readonly StoredEvent[],
  at: number | null,
  direction: 1 | -1,
): StoredEvent | undefined {
  if (at === null) return direction > 0 ? events[0] : events.at(-1);
  return direction > 0 ? events.find((one) => one.at > at) : events.findLast((one) => one.at < at);
}

/** The attempt that an event is about, if any. */
export function attemptOf({ event }: StoredEvent): AttemptId | null {
  return 'attemptId' in event ? event.attemptId : null;
}
