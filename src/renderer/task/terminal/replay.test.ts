import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, LONGEST_IDLE_MS, offsetAt, SPEEDS, type Place } from './replay.ts';

const places = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 16, max: 60_000 })), {
    maxLength: 30,
  })
  .map((steps) => {
    const list: Place[] = [{ offset: 0, at: 1_000 }];
    for (const [bytes, ms] of steps) {
      const last = list.at(-1) ?? { offset: 0, at: 0 };
      list.push({ offset: last.offset + bytes, at: last.at + ms });
    }
    return list;
  });
const speed = fc.constantFrom(...SPEEDS);
const frames = fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 200 });

/** The time that the watcher needs to the last place when idle time is skipped, at speed 1. */
function watched(list: readonly Place[]): number {
  return list.reduce(
    (sum, { at }, i) => sum + Math.min(LONGEST_IDLE_MS, at - (list[i - 1]?.at ?? at)),
    0,
  );
}

describe('a replay', () => {
  it('goes as fast as it is told, and never back', () => {
    fc.assert(
      fc.property(places, speed, frames, (list, fast, steps) => {
        let at = 1_000;
        for (const ms of steps) at = advance(list, at, ms, { speed: fast, skipsIdle: false });
        const sum = steps.reduce((total, ms) => total + ms, 0);
        expect(at).toBeCloseTo(1_000 + sum * fast, 3);
      }),
    );
  });

  it('takes as long as its output and pauses of two seconds, however the frames fall', () => {
    fc.assert(
      fc.property(places, speed, frames, (list, fast, steps) => {
        const pace = { speed: fast, skipsIdle: true };
        const last = list.at(-1)?.at ?? 0;
        let at = 1_000;
        let spent = 0;
        for (const ms of steps) {
          const next = advance(list, at, ms, pace);
          expect(next).toBeGreaterThanOrEqual(at);
          at = next;
          spent += ms * fast;
        }
        const needed = watched(list);
        const isAbout = Math.abs(spent - needed) <= 1;
        expect(at > last || isAbout).toBe(spent > needed || isAbout);
        // Nobody looks at nothing for longer than that.
        const before = list.findLast((place) => place.at <= at);
        const idle = at < last && before ? at - before.at : 0;
        expect(idle).toBeLessThanOrEqual(LONGEST_IDLE_MS + 1e-6);
      }),
    );
  });

  it('shows what had come by then', () => {
    const list = [
      { offset: 4, at: 10 },
      { offset: 9, at: 30 },
    ];
    expect([9, 10, 29, 30, 99].map((at) => offsetAt(list, at))).toEqual([null, 4, 4, 9, 9]);
    expect(offsetAt([], 5)).toBeNull();
  });
});
