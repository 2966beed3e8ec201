import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  newerThan,
  olderThan,
  rangeBefore,
  tailFrom,
  untilLineStart,
  WINDOW_BYTES,
} from './ranges.ts';

const offset = fc.integer({ min: 0, max: 500 * WINDOW_BYTES });

it('reaches the first byte by steps back, and the end by steps on, past every byte and with bounded memory', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 * WINDOW_BYTES }), (end) => {
      let first = tailFrom(end);
      for (let range = olderThan(first, end); range; range = olderThan(first, end)) {
        expect(range.from).toBeLessThan(first);
        expect(range.until).toBeGreaterThanOrEqual(Math.min(first, end));
        expect(range.until - range.from).toBeLessThanOrEqual(WINDOW_BYTES);
        first = range.from;
      }
      expect(first).toBe(0);
      let until = Math.min(end, WINDOW_BYTES);
      for (let range = newerThan(until, end); range; range = newerThan(until, end)) {
        expect(range.from).toBeLessThanOrEqual(until);
        expect(range.until).toBeGreaterThan(until);
        until = range.until;
      }
      expect(tailFrom(end)).toBeLessThanOrEqual(until);
    }),
  );
});

it('shows a moment with what came before it, not more than is held', () => {
  fc.assert(
    fc.property(offset, (at) => {
      const { from, until } = rangeBefore(at);
      expect(until).toBe(at);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(until - from).toBeLessThanOrEqual(WINDOW_BYTES);
    }),
  );
});

it('begins with a whole line, where lines are not endless', () => {
  expect(untilLineStart(new TextEncoder().encode('lf of a line\nnext'))).toBe(13);
  expect(untilLineStart(new Uint8Array(100_000))).toBe(0);
});
