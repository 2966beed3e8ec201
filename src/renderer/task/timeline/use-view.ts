/** The part of the time that the chart shows: all of it and growing with it, until somebody zooms. */
import { useMemo, useState } from 'react';
import { between, fit, lengthOf, pan, reveal, zoom, type Span } from './zoom.ts';

export interface ChartView {
  readonly view: Span;
  readonly whole: Span;
  readonly isZoomed: boolean;
  /** @param anchor the time that stays where it is; by default the middle */
  zoomBy(factor: number, anchor?: number): void;
  panBy(ms: number): void;
  show(a: number, b: number): void;
  showAll(): void;
  reveal(at: number): void;
}

/** @param first what is seen at first */
export function useView(whole: Span, first: Span): ChartView {
  const [chosen, setChosen] = useState<Span | null>(() => (first === whole ? null : first));
  const { from, until } = whole;
  return useMemo(() => {
    const all = { from, until };
    const view = chosen ?? fit(all);
    const middle = view.from + lengthOf(view) / 2;
    const change = (next: (now: Span) => Span): void =>
      setChosen((now) => {
        const changed = next(now ?? fit(all));
        return lengthOf(changed) >= lengthOf(fit(all)) * 0.999 ? null : changed;
      });
    return {
      view,
      whole: all,
      isZoomed: chosen !== null,
      zoomBy: (factor, anchor) => change((now) => zoom(now, all, factor, anchor ?? middle)),
      panBy: (ms) => change((now) => pan(now, all, ms)),
      show: (a, b) => change(() => between(a, b, all)),
      showAll: () => setChosen(null),
      reveal: (at) => change((now) => reveal(now, all, at)),
    };
  }, [from, until, chosen]);
}
