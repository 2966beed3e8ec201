import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, fit, lengthOf, pan, percent, reveal, timeAt, zoom, type Span } from './zoom.ts';

const BEGAN = 1_800_000_000_000;
const whole = fc
  .tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }))
  .map(([start, length]): Span => ({ from: BEGAN + start, until: BEGAN + start + length }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
const act = fc.oneof(
  fc.record({ kind: fc.constant('zoom' as const), factor, share }),
  fc.record({ kind: fc.constant('pan' as const), ms: fc.integer({ min: -1e9, max: 1e9 }) }),
  fc.record({ kind: fc.constant('reveal' as const), share }),
  fc.record({ kind: fc.constant('between' as const), share, other: share }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function done(view: Span, all: Span, one: Act): Span {
  switch (one.kind) {
    case 'zoom':
      return zoom(view, all, one.factor, timeAt(one.share, view));
    case 'pan':
      return pan(view, all, one.ms);
    case 'reveal':
      return reveal(view, all, timeAt(one.share, all));
    case 'between':
      return between(timeAt(one.share, all), timeAt(one.other, all), all);
  }
}

/** Sums of epoch milliseconds in doubles. */
const ROUNDING = 0.01;

describe('the view of a chart', () => {
  it('never leaves the whole, whatever is done to it', () => {
    fc.assert(
      fc.property(whole, fc.array(act, { maxLength: 30 }), (all, acts) => {
        const most = fit(all);
        let view = most;
        for (const one of acts) {
          view = done(view, all, one);
          expect(view.from).toBeGreaterThanOrEqual(most.from - ROUNDING);
          expect(view.until).toBeLessThanOrEqual(most.until + ROUNDING);
          expect(lengthOf(view)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('keeps what is under the pointer there, unless an end is in the way', () => {
    fc.assert(
      fc.property(
        whole,
        share,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (all, where, by) => {
          const view = fit(all);
          const anchor = timeAt(where, view);
          const closer = zoom(view, all, by, anchor);
          expect(percent(anchor, closer)).toBeCloseTo(percent(anchor, view), 1);
        },
      ),
    );
  });

  it('has a moment in it after it was brought there, and a chosen part as a whole', () => {
    fc.assert(
      fc.property(whole, share, share, share, (all, a, b, moment) => {
        const chosen = between(timeAt(a, all), timeAt(b, all), all);
        for (const end of [a, b]) {
          expect(percent(timeAt(end, all), chosen)).toBeGreaterThanOrEqual(-ROUNDING);
          expect(percent(timeAt(end, all), chosen)).toBeLessThanOrEqual(100 + ROUNDING);
        }
        const at = timeAt(moment, all);
        const seen = percent(at, reveal(chosen, all, at));
        expect(seen).toBeGreaterThanOrEqual(-ROUNDING);
        expect(seen).toBeLessThanOrEqual(100 + ROUNDING);
      }),
    );
  });
});
