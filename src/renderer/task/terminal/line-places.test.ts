import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linePlaces } from './line-places.ts';

const writes = fc.array(
  fc.record({ lines: fc.nat(40), bytes: fc.integer({ min: 1, max: 3_000 }) }),
  { minLength: 1, maxLength: 40 },
);

describe('lines and bytes', () => {
  it('grow together, within what was written', () => {
    fc.assert(
      fc.property(writes, fc.nat(5_000), (list, from) => {
        const places = linePlaces(from);
        let [line, offset] = [0, from];
        for (const { lines, bytes } of list) {
          line += lines;
          offset += bytes;
          places.note(line, offset);
        }
        let last = from;
        for (let at = 0; at <= line; at++) {
          const shown = places.offsetOf(at);
          expect(shown).toBeGreaterThanOrEqual(last);
          expect(shown).toBeLessThanOrEqual(offset);
          last = shown;
        }
        expect(places.lineOf(offset)).toBe(line);
        expect(places.lineOf(from)).toBeLessThanOrEqual(line);
      }),
    );
  });

  it('are exact where a write ended, and stay so when older lines are dropped', () => {
    const places = linePlaces(100);
    for (let n = 1; n <= 10; n++) places.note(n * 20, 100 + n * 1_000);
    places.drop(95);
    expect(places.offsetOf(120)).toBe(6_100);
    expect(places.lineOf(6_100)).toBe(120);
    expect(places.offsetOf(90)).toBe(4_600);
    expect(places.offsetOf(0)).toBe(4_100);
  });
});
