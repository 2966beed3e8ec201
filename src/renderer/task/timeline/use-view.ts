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

/** What was chosen; without an end, it goes on to the end of all. */
interface Chosen {
  readonly from: number;
  readonly until: number | null;
}

/** @param first when to begin to show at first; `null`: with everything */
export function useView(whole: Span, first: number | null): ChartView {
  const [chosen, setChosen] = useState<Chosen | null>(() =>
    first === null ? null : { from: first, until: null },
  );
  const { from, until } = whole;
  return useMemo(() => {
    const all = { from, until };
    const seen = (now: Chosen | null): Span => {
      const { from: begin, until: end } = fit(all);
      return { from: now?.from ?? begin, until: now?.until ?? end };
    };
    const view = seen(chosen);
    const middle = view.from + lengthOf(view) / 2;
    const change = (next: (now: Span) => Span): void =>
      setChosen((now) => {
        const changed = next(seen(now));
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
