/** When a server is left alone, and how it is looked at whether it is back. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CLOSED,
  ended,
  FAILURES_IN_A_ROW,
  FIRST_PAUSE_MS,
  left,
  LONGEST_PAUSE_MS,
  opensAt,
  unsaid,
  type Breaker,
} from './breaker.ts';

function opened(at: number): Breaker {
  let breaker: Breaker = CLOSED;
  for (let n = 0; n < FAILURES_IN_A_ROW; n++) breaker = ended(breaker, true, false, at);
  return breaker;
}

test('some failures in a row open it; one answer in between does not let them add up', () => {
  let breaker: Breaker = CLOSED;
  for (let n = 1; n < FAILURES_IN_A_ROW; n++) breaker = ended(breaker, true, false, 0);
  expect(ended(breaker, true, false, 0).state).toBe('open');
  breaker = ended(ended(breaker, false, false, 0), true, false, 0);
  expect(breaker).toEqual({ state: 'closed', failures: 1 });
});

test('after the pause one call goes to see, and no other beside it', () => {
  const breaker = opened(1_000);
  expect(opensAt(breaker, 1_001)).toBe(1_000 + FIRST_PAUSE_MS);
  const probing = left(breaker);
  expect(opensAt(probing, 99_999)).toBeNull();
  expect(ended(probing, false, true, 0)).toEqual(CLOSED);
});

test('each failed look makes the pause longer, up to a bound', () => {
  let breaker = opened(0);
  const pauses: number[] = [];
  for (let n = 0; n < 10; n++) {
    breaker = ended(left(breaker), true, true, 0);
    pauses.push(opensAt(breaker, 0) ?? -1);
  }
  expect(pauses.slice(0, 3)).toEqual([4_000, 8_000, 16_000]);
  expect(pauses.at(-1)).toBe(LONGEST_PAUSE_MS);
});

test('a call that left before says nothing bad about the look, and a look that hung up is done again at once', () => {
  const probing = left(opened(0));
  expect(ended(probing, true, false, 5)).toBe(probing);
  expect(opensAt(unsaid(probing, 7), 7)).toBe(7);
});

test('never stays shut: however calls end, some time later one may leave, and an answer closes it', () => {
  const step = fc.record({ fails: fc.boolean(), isProbe: fc.boolean(), later: fc.nat(200_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let breaker: Breaker = CLOSED;
      let at = 0;
      for (const { fails, isProbe, later } of steps) {
        at += later;
        if ((opensAt(breaker, at) ?? Infinity) <= at) breaker = left(breaker);
        breaker = ended(breaker, fails, isProbe, at);
      }
      if (breaker.state === 'half_open') breaker = ended(breaker, true, true, at);
      const opens = opensAt(breaker, at) ?? Infinity;
      expect(opens - at).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
      expect(ended(left(breaker), false, true, opens)).toEqual(CLOSED);
    }),
  );
});
