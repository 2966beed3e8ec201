/** A window lasts to its reset: what is left is spread over the time that is left, whatever was before. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  newPace,
  paceLeft,
  paceOpensAt,
  paceSettled,
  predictedUse,
  type Pace,
  type Stand,
} from './pacing.ts';

const HOUR = 3_600_000;

function standOf(more: Partial<Stand>): Stand {
  return { limit: 1_000, room: 1_000, refill: 0, lengthMs: HOUR, leftMs: HOUR, ...more };
}

interface Call {
  readonly amount: number;
  /** How much more or less than that it came to, in parts of it. */
  readonly off: number;
  /** When the next one would like to go, after it. */
  readonly next: number;
}

/** One window from its beginning to its reset, with calls that come as fast as they are told to. */
function useOf(calls: Iterable<Call>): { used: number; spentAt: number | null; pace: Pace } {
  let pace = newPace(0);
  let used = 0;
  let at = 0;
  let spentAt: number | null = null;
  const stand = (): Stand => standOf({ room: 1_000 - used, leftMs: HOUR - at });
  for (const { amount, off, next } of calls) {
    at = paceOpensAt(pace, stand(), at);
    if (at >= HOUR) break;
    if (used + amount * (1 + off) > 1_000) {
      spentAt ??= at;
      break;
    }
    const before = stand();
    pace = paceLeft(pace, before, amount, true, at);
    const perUnit = (before.leftMs || 1) / Math.max(before.room, 1e-9);
    pace = paceSettled(pace, stand(), amount * off, perUnit);
    used += amount * (1 + off);
    at += next;
  }
  return { used, spentAt, pace };
}

const Calls = fc.array(
  fc.record({
    amount: fc.integer({ min: 1, max: 8 }),
    off: fc.double({ min: -0.6, max: 0.2, noNaN: true }),
    next: fc.integer({ min: 1, max: 500 }),
  }),
  { minLength: 20, maxLength: 60 },
);

function* endless(calls: readonly Call[]): Iterable<Call> {
  for (;;) yield* calls;
}

describe('a window', () => {
  test('under load is used up by its reset, and no earlier than shortly before', () => {
    fc.assert(
      fc.property(Calls, (calls) => {
        const { used, spentAt } = useOf(endless(calls));
        expect(used).toBeGreaterThanOrEqual(950);
        expect(spentAt ?? HOUR).toBeGreaterThan(0.95 * HOUR);
      }),
    );
  });

  test('that would not be used up is not slowed down', () => {
    let pace = newPace(0);
    for (let at = 0; at < HOUR; at += 10_000) {
      // Two in ten seconds: 720 of 1,000.
      const stand = standOf({ room: 1_000 - at / 5_000, leftMs: HOUR - at });
      expect(paceOpensAt(pace, stand, at)).toBe(at);
      pace = paceLeft(pace, stand, 2, true, at);
    }
  });

  test('predicts by what was sent lately', () => {
    const stand = standOf({ room: 500, leftMs: HOUR / 2 });
    const quiet = newPace(0);
    expect(predictedUse(quiet, stand, 0)).toBeCloseTo(0.5);
    let busy = quiet;
    for (let at = 0; at < HOUR / 4; at += 1_000) busy = paceLeft(busy, stand, 1, true, at);
    expect(predictedUse(busy, stand, HOUR / 4)).toBeGreaterThan(1);
    expect(predictedUse(busy, stand, 2 * HOUR)).toBeCloseTo(0.5, 1);
  });

  test('that has nothing left makes nobody wait beyond its reset', () => {
    const stand = standOf({ room: 0, leftMs: 5_000 });
    let pace = paceLeft(newPace(0), stand, 50, true, 0);
    expect(pace.paidUntil).toBeLessThanOrEqual(5_000);
    pace = paceSettled(pace, stand, -40, Number.POSITIVE_INFINITY);
    expect(Number.isFinite(pace.paidUntil)).toBe(true);
  });
});

test('one that refills is spread at the rate at which it does', () => {
  const stand = standOf({ room: 0, refill: 1_000 / 60_000, lengthMs: 60_000, leftMs: 60_000 });
  const pace = paceLeft({ rate: 1, at: 0, paidUntil: 0 }, stand, 10, true, 0);
  expect(paceOpensAt(pace, stand, 0)).toBeCloseTo(600);
});
